// The page's policy allows no style of an element's own, so every ratio has a class.
const ratios = Array.from({ length: 20 }, (_, i) => 130 + i * 5);

export function nearestRatio(ratio: number): number {
  return Math.round(ratio * 20) * 5;
}

/** A phone of 390 points; on anything wider it stands in the middle. */
export const phoneStyle = `
:root{--line:#e4e6eb;--grey:#8a8f99;--ink:#1f2329;--blue:#2b6de5;--own:#cfe3ff;--ground:#ededed}
*{box-sizing:border-box}
html,body{margin:0;height:100%}
body{background:#d5d8de;color:var(--ink);font:16px/1.5 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{position:relative;display:flex;flex-direction:column;height:100dvh;max-width:430px;margin:0 auto;background:var(--ground);overflow:hidden}
@media (min-width:520px){main{max-width:390px;height:min(844px,100dvh - 32px);margin:16px auto;border-radius:28px;box-shadow:0 6px 28px #0004}}
a{color:var(--blue);text-decoration:none}
header{display:grid;grid-template-columns:56px 1fr 56px;align-items:center;min-height:48px;padding:4px 4px;background:#f7f7f7;border-bottom:1px solid var(--line)}
header h1{margin:0;font-size:17px;font-weight:600;text-align:center;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
header h1 small{display:block;font-size:11px;line-height:1.2;font-weight:400;color:var(--grey)}
header a{display:block;padding:8px 12px;color:var(--ink);font-size:15px;text-align:center}
header a.back{font-size:26px;line-height:24px}
header a.lang{font-size:13px;color:var(--grey)}
#screen{flex:1;overflow-y:auto;overscroll-behavior:contain}
.list{margin:0;padding:0;list-style:none;background:#fff}
.list a{display:grid;grid-template-columns:48px 1fr auto;column-gap:12px;align-items:center;padding:10px 16px;color:inherit}
.list li+li a{box-shadow:inset 76px 0 #fff,inset 0 1px var(--line)}
.list b{font-weight:500;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.list span,.list time{color:var(--grey);font-size:13px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.list .two{min-width:0;display:grid}
.avatar{display:grid;place-items:center;width:40px;height:40px;border-radius:6px;color:#fff;font-size:17px;font-style:normal;flex:none}
.list .avatar{width:48px;height:48px;font-size:20px}
.note{padding:24px 16px;color:var(--grey);text-align:center;font-size:14px}
.search{padding:8px 12px;background:var(--ground)}
.search input{width:100%;padding:8px 12px;border:0;border-radius:6px;background:#fff;font:inherit;font-size:15px}
.chat{padding:12px 12px 20px;display:flex;flex-direction:column;gap:14px}
.when,.recalled{align-self:center;color:var(--grey);font-size:12px;text-align:center}
.line{display:flex;gap:8px;align-items:flex-start;max-width:100%}
.line.own{flex-direction:row-reverse}
.line>:last-child{min-width:0}
.bubble{max-width:270px;padding:9px 12px;border-radius:8px;background:#fff;white-space:pre-wrap;overflow-wrap:anywhere}
.own .bubble{background:var(--own)}
.bubble.grey{color:var(--grey)}
.photo{display:block;min-width:64px;max-width:180px;max-height:240px;border-radius:8px;background:#fff}
.card{position:relative;width:300px;max-width:100%;padding:14px 16px;border-radius:8px;background:#fff;overflow-wrap:anywhere}
.card h3{margin:0;font-size:17px;line-height:1.4;font-weight:600}
.card h3 a,.card .sub a.cover{color:inherit}
.cover::after{content:"";position:absolute;inset:0}
.card .menu,.card .buttons,.card dd a,.card fieldset,.card .select,.card .quoted a,.card .image-text a,.card .jump a{position:relative;z-index:1}
.card p{margin:0}
.card .desc,.card .sub{margin-top:4px;color:#5c6270;font-size:14px;white-space:pre-line}
.top{display:flex;justify-content:space-between;align-items:flex-start}
.top .menu{margin-left:auto}
.source{display:flex;align-items:center;gap:6px;margin-bottom:8px!important;color:var(--grey);font-size:13px}
.source img{width:18px;height:18px;border-radius:4px}
.source.tone1{color:var(--ink)}.source.tone2{color:#e5484d}.source.tone3{color:#0a9e55}
.menu summary{list-style:none;cursor:pointer;width:36px;margin:-8px -10px 0 0;padding:2px 8px;color:var(--grey);font-size:20px;line-height:1.2;text-align:right}
.menu summary::-webkit-details-marker{display:none}
.menu div{position:absolute;right:-6px;z-index:5;min-width:150px;padding:4px 0;border-radius:8px;background:#fff;box-shadow:0 4px 18px #0003}
.menu button{display:block;width:100%;padding:10px 16px;border:0;background:none;color:var(--ink);font:inherit;font-size:15px;text-align:left}
.picture{display:block;width:calc(100% + 32px);margin:-14px -16px 12px;border-radius:8px 8px 0 0;object-fit:cover;background:#f0f1f3}
.top:has(.source)+.picture,.top:has(.menu)+.picture{margin-top:0;border-radius:0}
.emphasis{margin:12px 0 4px;text-align:center}
.emphasis b{display:block;font-size:26px;line-height:1.3}.emphasis span{color:var(--grey);font-size:13px}
.image-text{display:flex;gap:10px;margin-top:10px;padding:10px;border-radius:6px;background:#f5f6f7}
.image-text img{width:56px;height:56px;object-fit:cover;border-radius:4px}
.image-text b,.image-text span,.quoted b,.quoted span,.vertical b,.vertical span{display:block;font-size:14px}
.image-text span,.quoted span,.vertical span{color:#5c6270;font-size:13px;white-space:pre-line}
.quoted{margin-top:10px;padding:8px 12px;border-left:3px solid #d3d6dc;background:#f5f6f7;border-radius:0 6px 6px 0}
.vertical{margin-top:10px}.vertical b{font-weight:500}
.card dl{display:grid;grid-template-columns:minmax(56px,auto) 1fr;gap:4px 12px;margin:10px 0 0;font-size:14px}
.card dt{color:var(--grey)}.card dd{margin:0}.blue{color:var(--blue)}
.card .jump,.card .open{margin:12px -16px 0;padding:10px 16px 0;border-top:1px solid var(--line);color:var(--ink);font-size:14px}
.card .jump a{color:inherit}
.card .jump+.jump{margin-top:10px}
.jump::after,.open::after{content:"";float:right;width:8px;height:8px;margin:7px 2px 0;border:solid #b8bcc4;border-width:1.5px 1.5px 0 0;transform:rotate(45deg)}
.description{margin-top:6px;color:#5c6270;font-size:14px;white-space:pre-line}
.description .gray{color:var(--grey)}.description .highlight{color:#e5732b}.description .normal{color:var(--ink)}
fieldset{display:grid;gap:2px;margin:10px 0 0;padding:0;border:0}
fieldset label{padding:6px 0;font-size:15px}
fieldset input{width:18px;height:18px;margin:0 8px 0 0;vertical-align:-3px;accent-color:var(--blue)}
.select{display:grid;gap:4px;margin-top:10px;color:#5c6270;font-size:14px}
.select select{padding:7px 8px;border:1px solid var(--line);border-radius:6px;background:#fff;color:var(--ink);font:inherit}
.buttons{display:grid;gap:8px;margin-top:14px}
.buttons.n2{grid-template-columns:1fr 1fr}
.buttons button,.buttons a{display:block;padding:8px 6px;border:0;border-radius:6px;background:#f2f3f5;color:var(--ink);font:inherit;font-size:15px;text-align:center;cursor:pointer}
.buttons .style1{background:var(--blue);color:#fff}.buttons .style2{color:var(--blue)}.buttons .style3{background:#fdecec;color:#d5393e}
.buttons button:disabled{background:#f2f3f5;color:#a5aab3;cursor:default}
.buttons button.busy{opacity:.55}
.news{padding:0;overflow:hidden}
.news section{position:relative;padding:12px 16px}
.news section img{display:block;width:calc(100% + 32px);margin:-12px -16px 10px;aspect-ratio:2.35;object-fit:cover;background:#f0f1f3}
.news:not(.n1) section:first-child:not(.plain){padding:0}
.news:not(.n1) section:first-child img{width:100%;margin:0;aspect-ratio:1.9}
.news:not(.n1) section:first-child:not(.plain) h3{position:absolute;inset:auto 0 0;padding:28px 16px 10px;background:linear-gradient(#0000,#000b);color:#fff;font-size:16px}
.news:not(.n1) section:first-child:not(.plain) .desc{display:none}
.news:not(.n1) section+section{display:flex;flex-direction:row-reverse;justify-content:space-between;gap:12px;border-top:1px solid var(--line)}
.news section+section h3{flex:1;font-size:15px;font-weight:400}
.news section+section img{width:48px;height:48px;margin:0;aspect-ratio:1;border-radius:4px;flex:none}
.markdown p{margin:0;min-height:1em}.markdown .h{font-weight:600;font-size:17px}.markdown .quote{padding-left:8px;border-left:3px solid #d3d6dc;color:#5c6270}
.markdown code{padding:0 4px;border-radius:3px;background:#f2f3f5;font-size:14px}
.markdown .info{color:#0a9e55}.markdown .comment{color:var(--grey)}.markdown .warning{color:#e5732b}
form.say{display:flex;gap:8px;padding:8px 12px calc(8px + env(safe-area-inset-bottom));background:#f7f7f7;border-top:1px solid var(--line)}
.say input{flex:1;min-width:0;padding:9px 12px;border:0;border-radius:6px;background:#fff;font:inherit}
.say button{padding:0 16px;border:0;border-radius:6px;background:var(--blue);color:#fff;font:inherit;font-size:15px}
p.say{margin:0;padding:14px;background:#f7f7f7;border-top:1px solid var(--line);color:var(--grey);font-size:14px;text-align:center}
.toast{position:absolute;left:50%;bottom:84px;transform:translateX(-50%);max-width:300px;padding:10px 14px;border-radius:8px;background:#000c;color:#fff;font-size:14px;text-align:center}
.toast:empty{display:none}
:focus-visible{outline:2px solid var(--blue);outline-offset:-2px}
${ratios.map((ratio) => `.ratio${ratio}{aspect-ratio:${ratio / 100}}`).join('')}
`;
