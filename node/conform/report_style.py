"""How the page of a run looks, by day and by night."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --card: #ffffff; --ink: #1f2328; --quiet: #666d76; --line: #e4e2dd;
  --same: #9cc9b0; --bad: #c9302c; --bad-card: #fdf1f0; --given: #d99a2b; --root: #5f9e80; --good: #2c7a52;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16181b; --card: #1e2125; --ink: #e6e4e0; --quiet: #9aa0a8; --line: #33373d;
    --same: #3d6b54; --bad: #f0706a; --bad-card: #2c1e1f; --given: #c08a2e; --root: #5fa884; --good: #7cc7a0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .8rem; }
h3 { font-size: .95rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 0; }
ul { margin: 0; padding: 0; list-style: none; }
.quiet, header p, .about { color: var(--quiet); }
.good { color: var(--good); }
.bad, .bad a { color: var(--bad); }
code, .line { font: .86em/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.tiles { display: flex; flex-wrap: wrap; gap: .7rem; margin-top: 1.4rem; }
.tiles li { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .6rem 1rem;
  min-width: 7rem; }
.tiles b { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
article { background: var(--bad-card); border-left: 3px solid var(--bad); border-radius: 4px;
  padding: .9rem 1.1rem; margin-bottom: .8rem; }
article ul { margin: .15rem 0 .6rem; }
article li { padding-left: 1.4rem; text-indent: -1.4rem; }
article li::before { content: "\\2260\\00a0"; color: var(--bad); }
article .quiet { font-size: .86rem; margin-top: .4rem; }
.fault { margin: .3rem 0; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.3rem; margin-bottom: .8rem; color: var(--quiet);
  font-size: .86rem; }
.cases { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.case { display: grid; grid-template-columns: 15rem 1fr; gap: .4rem 1.5rem; padding: .9rem 1.1rem; }
.case + .case { border-top: 1px solid var(--line); }
.case > * { min-width: 0; }
.case p { font-size: .86rem; }
.steps { display: flex; flex-wrap: wrap; gap: 3px 6px; margin-top: .45rem; }
.steps span { display: inline-flex; flex-wrap: wrap; gap: 2px; }
i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; background: var(--same); }
i.given { background: linear-gradient(135deg, var(--given) 55%, var(--same) 55%); }
i.root { border-radius: 50%; background: var(--root); }
i.differs, i.given.differs { background: var(--bad); outline: 2px solid var(--bad); outline-offset: 1px; }
.legend i { margin-right: .25rem; }
.plain li { padding: .3rem 0; border-bottom: 1px solid var(--line); white-space: pre-wrap; overflow-wrap:
anywhere; } table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align:
top; padding: .3rem 1.5rem .3rem 0; border-bottom: 1px solid var(--line); } th { font-weight: 600;
white-space: nowrap; } @media (max-width: 46rem) { .case { grid-template-columns: 1fr; } th { white-space:
normal; } }
"""
