import type { ComparedCandidate, ComparedMember } from '../../console/src/bindings/compare-candidate';
import { compareCandidate } from '../../console/src/bindings/compare-candidate';

const member: ComparedMember = {
  userId: 'zhang.wei',
  name: '张伟',
  departments: ['研发部', '测试组'],
  mobile: '138****0001',
  position: null,
};

const candidate = (differing: Partial<ComparedCandidate>): ComparedCandidate => ({
  name: '张伟',
  loginId: 'zhangw',
  jobNumber: 'J1',
  department: '测试组',
  mobile: '138****0001',
  position: '工程师',
  reasons: [],
  ...differing,
});

const verdicts = (differing: Partial<ComparedCandidate>) =>
  Object.fromEntries(
    compareCandidate(member, candidate(differing)).map(({ field, same }) => [field, same ?? 'not said']),
  );

describe('a candidate beside the member', () => {
  it('is called the same where the values are, in any of the departments', () => {
    expect(verdicts({})).toMatchObject({ name: true, department: true });
    expect(verdicts({ department: '市场部' })).toMatchObject({ department: false });
  });

  it('is never called the same for a number of which only the ends are shown', () => {
    expect(verdicts({})).toMatchObject({ mobile: 'not said' });
    expect(verdicts({ mobile: '139****0001' })).toMatchObject({ mobile: false });
    const reasons = [{ code: 'same-mobile', text: '手机号相同' }];
    expect(verdicts({ reasons })).toMatchObject({ mobile: true });
  });

  it('is not called different because the login name is no userid', () => {
    expect(verdicts({})).toMatchObject({ login: 'not said' });
    expect(verdicts({ jobNumber: 'Zhang.Wei' })).toMatchObject({ login: true });
  });

  it('says nothing of what only one side knows', () => {
    expect(verdicts({})).toMatchObject({ position: 'not said' });
    expect(verdicts({ department: null })).not.toHaveProperty('department');
  });
});
