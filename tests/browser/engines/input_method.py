"""Compositions of an input method, made by each engine itself, so that its events are those that a reader's would cause.

A character is composed from its code, as GTK does it after Ctrl+Shift+U: "u7b97" becomes 算 at Enter. WebKitGTK is given
these keys; Chromium and Firefox have an interface for tests that does what their input methods do.
"""

from __future__ import annotations

from typing import Final

from selenium.webdriver.common.keys import Keys

from .reader import Reader

CHROMIUM_ENTER: Final = {
    "type": "rawKeyDown",
    "key": "Process",
    "code": "Enter",
    "windowsVirtualKeyCode": 229,
}
FIREFOX: Final = """
const [text, commits] = arguments;
gBrowser.inputMethod ||= Cc["@mozilla.org/text-input-processor;1"].createInstance(Ci.nsITextInputProcessor);
const method = gBrowser.inputMethod;
if (!method.hasComposition) method.beginInputTransactionForTests(window, () => true);
const key = (key, code) => new window.KeyboardEvent("", { key, code });
if (commits) {
  method.commitCompositionWith(text, key("Enter", "Enter"));
} else {
  method.setPendingCompositionString(text);
  method.appendClauseToPendingComposition(text.length, method.ATTR_RAW_CLAUSE);
  method.setCaretInPendingComposition(text.length);
  method.flushPendingComposition(key(text.at(-1), ""));
}
"""


def compose(reader: Reader, character: str) -> None:
    """Type the code of a character, which stays a composition."""
    code = f"u{ord(character):x}"
    if reader.engine == "webkit":
        reader.press("u", holding=(Keys.CONTROL, Keys.SHIFT))
        reader.press(*code[1:])
    for end in range(1, len(code) + 1):
        if reader.engine == "chromium":
            composition = {"text": code[:end], "selectionStart": end, "selectionEnd": end}
            reader.devtools("Input.imeSetComposition", composition)
        elif reader.engine == "firefox":
            reader.in_chrome(FIREFOX, code[:end], False)
    reader.until(f"focused().value.endsWith('{code}')")


def commit(reader: Reader, character: str) -> None:
    """End the composition with Enter."""
    if reader.engine == "chromium":
        reader.devtools("Input.dispatchKeyEvent", CHROMIUM_ENTER)
        reader.devtools("Input.insertText", {"text": character})
        reader.devtools("Input.dispatchKeyEvent", {**CHROMIUM_ENTER, "type": "keyUp", "key": "Enter"})
    elif reader.engine == "firefox":
        reader.in_chrome(FIREFOX, character, True)
    else:
        reader.press(Keys.ENTER)
    reader.until(f"focused().value.endsWith('{character}')")
