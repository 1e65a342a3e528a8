"""What the tests of the editor say again and again."""


def words(page):
    """Return the editor's page, which is labelled as the text area is that it stands in for."""
    return page.locator(".editor-page").get_by_role("textbox", name="Text", exact=True)


def go_behind(page, place):
    """Set the caret at the end of a line of the text."""
    place.click()
    # The editor sets the caret itself, 20 ms after it was focused.
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 40))")
    page.keyboard.press("End")


def html(page):
    """Return what the text area holds once the editor has written into it what it has."""
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    return page.locator("textarea[name=body]").input_value()


def canonical(page, body):
    return page.evaluate(
        "async (body) => (await import('/static/js/editor/canonical.js')).canonical(body)", body
    )


def said(page, words):
    """Wait until the line beside the buttons says these words."""
    page.locator(".save-state [role=status]", has_text=words).wait_for()


def eventually(page, is_so):
    for _time in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It did not come about.")
