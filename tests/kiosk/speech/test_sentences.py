"""What is said of a screen: its words in their order, never a digit of the PIN pad."""

from kiosk.speech.sentences import sentences

TABLE = (
    "<table><caption>按险种合计（元）</caption>"
    "<thead><tr><th>险种</th><th>月数</th><th>合计</th></tr></thead>"
    "<tbody>{rows}</tbody><tfoot><tr class='sum'><th>合计</th><td></td><td>99.00</td></tr></tfoot>"
    "</table>"
)
ROW = "<tr><th>养老</th><td>12</td><td>{amount}.00</td></tr>"


def said(html: str, out: str = "headphones", part: str = "", longest: int = 900) -> str:
    return "".join(sentences(html, out=out, language="zh", part=part, longest=longest))  # type: ignore[arg-type]


def test_words_come_in_the_order_of_the_screen_and_choices_last() -> None:
    html = (
        "<main><button>打印<small class='under'>Print</small></button><h2>请看</h2>"
        "<p class='under'>Look</p><p>共 <b>3</b> 页</p><div>名称<b>内容</b></div></main>"
    )
    assert said(html) == "请看。共 3 页。名称，内容。您可以选择：打印。"


def test_drawings_hidden_parts_keys_and_what_cannot_be_touched_are_not_said() -> None:
    html = (
        "<div><svg><title>画</title></svg><p hidden>隐</p><p aria-hidden='true'>饰</p>"
        "<p data-aloud='no'>静</p><button data-key='7'>7</button>"
        "<button data-letter='q'>q</button><button disabled>确认</button>"
        "<button aria-disabled='true'>小票</button><p>说</p></div>"
    )
    assert said(html) == "说。"


def test_to_a_speaker_private_parts_are_not_said() -> None:
    html = "<div><p data-private>张*三 12,345.60</p><h2>请选择</h2></div>"
    assert said(html, "speaker") == "请选择。"
    assert "张" in said(html, "headphones")


def test_a_row_of_a_table_is_a_sentence_of_headings_and_values() -> None:
    html = TABLE.format(rows=ROW.format(amount=50))
    assert said(html) == "按险种合计（元）。养老，月数 12，合计 50.00。合计，合计 99.00。"


def test_of_a_long_table_only_the_sums_are_said_and_that_it_is_so() -> None:
    html = TABLE.format(rows="".join(ROW.format(amount=number) for number in range(40)))
    words = said(html)
    assert "共 40 行，这里只读合计" in words
    assert "99.00" in words
    assert "39.00" not in words


def test_what_is_too_long_ends_with_a_whole_sentence_and_says_so() -> None:
    html = "".join(f"<p>这是第{number}句</p>" for number in range(500))
    words = said(html, longest=120)
    assert words.endswith("其余内容请看屏幕或打印的单据。")
    assert len(words) < 160


def test_an_open_part_is_said_alone_and_a_closed_one_not_at_all() -> None:
    html = "<main><p>外面</p><div id='one' popover><p>里面</p><button>甲</button></div></main>"
    assert said(html) == "外面。"
    assert said(html, part="one") == "里面。您可以选择：甲。"
    assert said(html, part="none") == ""


def test_the_news_of_a_screen_are_its_heading_and_what_is_marked_as_an_alert() -> None:
    html = (
        "<header><h1>打印</h1><p>第 3 步</p></header><main><h2>正在打印</h2>"
        "<div role='alert'><p>小票纸用完了。</p><p class='under'>No paper.</p></div>"
        "<div data-private><p role='alert'>张*三的卡</p></div><button>取消</button></main>"
        "<template><p role='alert'>还需要更多时间吗？</p></template>"
    )
    assert said(html, "speaker", part="news") == "打印。小票纸用完了。"
    assert said(html, part="news") == "打印。小票纸用完了。张*三的卡。"
