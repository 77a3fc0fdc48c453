"""What a reader gets in Chromium, Firefox and WebKitGTK: the same tests by Selenium, on pages of one small site."""
