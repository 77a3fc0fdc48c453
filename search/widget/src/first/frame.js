/* Where the box stands: in the page's flow, as a modal dialog, or as a sheet that fills a small screen. It is one
   <dialog> that is shown in the flow while it is closed, so that its field never moves: moving a field would end a
   composition of an input method. The browser traps the focus in an open one, and gives it back. */
const SMALL = matchMedia("(max-width: 600px), (max-height: 480px)");

class Frame {
  constructor(dialog, host) {
    Object.assign(this, { dialog, host });
    this._fit = () => this._shape();
    dialog.addEventListener("cancel", (event) => { // Escape, or a phone's gesture for "back"
      event.preventDefault();
      if (!host.composing) host.close();
    });
    dialog.addEventListener("click", (event) => event.target === dialog && this._isOutside(event) && host.close());
    this._shape();
  }

  get isOpen() {
    return this.dialog.open;
  }

  /* Where there is little room, only a sheet can show hits. */
  static get isSmall() {
    return SMALL.matches;
  }

  open() {
    if (this.isOpen || !this.host.isConnected) return;
    const { style } = document.documentElement;
    if (!this.host.isModal) this.host.style.minBlockSize = `${this.host.offsetHeight}px`; // nothing moves below the sheet
    this._scroll = [style.overflow, style.scrollbarGutter];
    if (!Frame.isSmall && innerWidth > document.documentElement.clientWidth) style.scrollbarGutter = "stable";
    style.overflow = "hidden";
    this.host.input.autofocus = true; // what the dialog gives the focus to; in the page the field must not take it
    this._shape(true); // before: WebKit gives the focus only to what can be seen already
    this.dialog.showModal();
    this.host.input.autofocus = false;
    this._watch("addEventListener");
  }

  close() {
    if (!this.isOpen) return;
    const { style } = document.documentElement;
    [style.overflow, style.scrollbarGutter] = this._scroll;
    this._watch("removeEventListener");
    this.dialog.close();
    this._shape();
    this.host.style.minBlockSize = "";
  }

  _watch(how) {
    SMALL[how]("change", this._fit);
    visualViewport[how]("resize", this._fit); // a phone's keyboard
  }

  _shape(isOpen = this.isOpen) {
    const { dialog } = this;
    const sheet = isOpen && Frame.isSmall;
    dialog.className = `box ${isOpen ? (sheet ? "sheet" : "modal") : "inline"}`;
    dialog.style.blockSize = sheet ? `${visualViewport.height}px` : "";
  }

  _isOutside({ clientX: x, clientY: y }) {
    const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
    return x < left || x > right || y < top || y > bottom;
  }
}
