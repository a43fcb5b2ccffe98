"""The chat page. Door: Gradio.

The page is one component of ours in a Gradio page (docs/decisions/0013-chat-screen.md); what it does in the browser is
in `static/chat.js`.
"""

import gradio as gr
from fastapi import FastAPI

from app.engine import Engine
from app.texts import texts
from app.ui.chat_html import screen_html

SCRIPTS = (
    "chat.js", "chat-box.js", "chat-feedback.js", "chat-history.js", "chat-place.js", "chat-source.js", "chat-turn.js",
)  # fmt: skip
START = "import('/statisk/chat.js').then((chat) => chat.start(element))"
HEAD = "".join(
    (
        '<link rel="icon" href="/statisk/ikon.svg" type="image/svg+xml">',
        '<link rel="stylesheet" href="/statisk/header.css">',
        '<link rel="stylesheet" href="/statisk/chat.css">',
        *(f'<link rel="modulepreload" href="/statisk/{script}">' for script in SCRIPTS),
    )
)


def mount_chat(app: FastAPI, engine: Engine) -> FastAPI:
    """Return `app` with the chat at its root."""
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _page(engine),
        path="/",
        theme=gr.themes.Base(font=("system-ui",), font_mono=("ui-monospace",)),
        head=HEAD,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
    )
    return mounted


def _page(engine: Engine) -> gr.Blocks:
    words = texts("da")["chat"]
    with gr.Blocks(title=f"{words['title']} – {words['subtitle']}", analytics_enabled=False) as page:
        gr.HTML(screen_html(engine), js_on_load=START, apply_default_css=False, elem_id="chat")
    return page
