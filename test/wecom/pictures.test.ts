import { pictureProblem } from '../../wecom';

const png = Buffer.from('89504e470d0a1a0a', 'hex');
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
const megabyte = 1024 * 1024;

describe('a picture for news', () => {
  it.each([
    [undefined, 'a PNG', png],
    [undefined, 'a JPEG', jpeg],
    [undefined, 'one of 2 MB', Buffer.concat([png, Buffer.alloc(2 * megabyte - png.length)])],
    ['too-large', 'one byte more', Buffer.concat([png, Buffer.alloc(2 * megabyte - png.length + 1)])],
    ['too-small', 'nothing', Buffer.alloc(0)],
    ['too-small', 'the beginning of a PNG', png.subarray(0, 5)],
    ['not-a-picture', 'a page with a script', Buffer.from('<svg onload="alert(1)"></svg>')],
    ['not-a-picture', 'a GIF', Buffer.from('GIF89a and more')],
  ])('is judged by its bytes, before WeCom is asked: %s for %s', (problem, _what, content) => {
    expect(pictureProblem(content)).toBe(problem);
  });
});
