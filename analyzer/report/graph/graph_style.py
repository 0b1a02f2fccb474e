"""How a drawing looks: its style sheet, and the heads of its arrows."""

from analyzer.report.graph.graph_tints import COLOURS

STYLE = (
    "text{font-family:'DejaVu Sans',Verdana,Helvetica,Arial,sans-serif;font-size:11px;fill:#1b1f24}"
    ".v{font-weight:bold}.box{fill:#f6f8fa;stroke:#57606a}.centre{fill:#ffe9a8}"
    ".broken{stroke:#cf222e;stroke-width:2.5}.line{fill:none;stroke:#8c959f;stroke-width:1.2}"
    ".late{stroke:#cf222e;stroke-dasharray:5 3;stroke-width:1.8}.tag{fill:#fff;stroke:none}"
    ".line:hover{stroke-width:4}"
    ".why{font-size:9.5px;fill:#57606a}.whylate{font-size:9.5px;fill:#cf222e;font-weight:bold}"
    ".applied{fill:#dafbe1}.renamed{fill:#ffd8a8;stroke:#953800;stroke-width:2}"
    ".pending{fill:#ddf4ff}.blocked{fill:#ffcecb}.ambiguous{fill:#eee}.s{font-style:italic}"
    ".head{font-size:15px;font-weight:bold}"
    + "".join(f".t{at}{{stroke:{colour}}}" for at, colour in enumerate(COLOURS))
)
ARROW = (
    "<defs>"
    '<marker id="down" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0,0L8,4L0,8z" fill="#8c959f"/></marker>'
    '<marker id="up" viewBox="0 0 8 8" refX="0" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M8,0L0,4L8,8z" fill="#cf222e"/></marker>'
    "</defs>"
)
