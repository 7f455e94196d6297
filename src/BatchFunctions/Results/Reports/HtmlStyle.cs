namespace BatchFunctions.Results.Reports;

/// <summary>The style sheet of <c>report.html</c>: light and dark by the reader's setting, one column on small screens, light on paper.</summary>
internal static class HtmlStyle
{
    /// <summary>The sheet; free of the characters that XML would escape.</summary>
    public const string Css = """

        :root { color-scheme: light dark; --page: #f5f6f8; --card: #ffffff; --ink: #1b2129; --quiet: #57606c; --line: #d8dde4; --bar: #2f6db3; --soft: #e6ebf2; --good: #1a7340; --warn: #8a5a00; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --page: #11151b; --card: #1a2029; --ink: #e8ecf1; --quiet: #a2adbb; --line: #333d4a; --bar: #6ea8e6; --soft: #262f3b; --good: #63c78b; --warn: #e2b04a; --bad: #ff8a80; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 48px; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
        h2 { font-size: 1.05rem; margin: 0 0 12px; }
        p { margin: 0; }
        .quiet { color: var(--quiet); overflow-wrap: anywhere; }
        .status { display: inline-block; margin: 12px 0 16px; padding: 2px 12px; border: 1px solid currentColor; border-radius: 999px; font-weight: 600; }
        .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 12px; margin: 0 0 16px; }
        .tile, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
        .tile { padding: 12px; }
        .tile b { display: block; font-size: clamp(1.05rem, 2.2vw, 1.3rem); line-height: 1.3; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .tile span { color: var(--quiet); font-size: 0.87rem; }
        section { padding: 16px; margin: 0 0 16px; break-inside: avoid; }
        .notice { border-left-width: 5px; }
        .notice.bad { border-left-color: var(--bad); } .notice.warn { border-left-color: var(--warn); }
        .notice p, .notice li { color: var(--ink); overflow-wrap: anywhere; white-space: pre-wrap; }
        .notice ul { margin: 0; padding-left: 20px; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 0 16px; }
        svg { display: block; width: 100%; height: 180px; border-bottom: 1px solid var(--line); }
        svg rect { fill: var(--bar); }
        svg line { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
        .measures { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 10px; margin: 12px 0; }
        .measure b { display: block; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .measure span { color: var(--quiet); font-size: 0.87rem; }
        .notes { margin: 0 0 12px; padding-left: 20px; overflow-wrap: anywhere; }
        .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr)); gap: 16px; }
        figure { margin: 0; }
        figcaption { font-weight: 600; font-size: 0.87rem; margin: 0 0 4px; }
        figure svg { height: auto; max-width: 420px; border: 0; }
        svg text { fill: var(--quiet); font-size: 4.6px; }
        svg circle { fill: var(--bar); }
        svg .curve { fill: none; stroke: var(--bar); stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
        svg .diagonal { stroke: var(--quiet); stroke-dasharray: 4 4; }
        .axis { display: flex; margin: 0 0 8px; justify-content: space-between; color: var(--quiet); font-size: 0.82rem; font-variant-numeric: tabular-nums; }
        .peak { color: var(--quiet); font-size: 0.82rem; }
        .scroll { overflow-x: auto; }
        .scroll + .scroll, .axis + .scroll { margin-top: 16px; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: 6px 10px 6px 0; border-top: 1px solid var(--line); }
        thead th { border-top: 0; color: var(--quiet); font-size: 0.82rem; font-weight: 600; }
        tbody th { font-weight: 500; min-width: 7.5em; overflow-wrap: anywhere; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        td.chart { width: 34%; min-width: 60px; }
        .track { height: 10px; margin-top: 6px; border-radius: 5px; background: var(--soft); overflow: hidden; }
        .fill { height: 100%; background: var(--bar); border-radius: 5px; }
        td.mini, th.mini { width: 22%; min-width: 96px; padding-right: 0; }
        svg.mini { height: 32px; border-bottom-width: 1px; }
        svg.mini line { stroke: var(--ink); stroke-width: 1.5; }
        .mark { display: inline-block; margin-left: 8px; padding: 0 7px; border: 1px solid currentColor; border-radius: 999px; color: var(--bad); font-size: 0.75rem; font-weight: 600; }
        .lineage th { width: 30%; color: var(--quiet); }
        .lineage td { overflow-wrap: anywhere; }
        code { font: 0.88em ui-monospace, SFMono-Regular, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
        @media (max-width: 480px) { main { padding: 16px 10px 32px; } section { padding: 12px; } td.chart, th.chart, td.spare, th.spare { display: none; } .lineage th { width: 36%; } }
        @media print { :root { color-scheme: light; --page: #ffffff; --card: #ffffff; --ink: #000000; --quiet: #444444; --line: #bbbbbb; --bar: #2f6db3; --soft: #eeeeee; --good: #1a7340; --warn: #8a5a00; --bad: #b3261e; } main { max-width: none; padding: 0; } svg rect, svg circle, .fill, .track { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }

        """;
}
