/* What makes a control the same in the next response: its key; an option's address without the passage; a label. */
function keyOf({ dataset, role, href, textContent }) {
  return dataset.key || (role ? href.replace(/#?:~:.*/, "") : textContent);
}

/* The panel below the field and its active option (aria-activedescendant). A popover, so that no overflow, transform or
   z-index of a theme clips it. */
class Panel {
  constructor(host, form, input, label) {
    Object.assign(this, { host, form, input, opened: false, active: null });
    this.list = make("div", { id: "list", role: "listbox", "aria-label": label });
    this.node = make("div", { class: "panel", hidden: "", tabindex: -1 });
    this.node.popover = "manual";
    this._outside = (event) => event.composedPath().includes(host) || host.leave();
    this._follow = () => this._place();
  }

  get options() {
    return [...this.node.querySelectorAll("[role=option]")];
  }

  /* Move the active option; the field itself is one stop of the cycle. */
  move(step) {
    const options = [null, ...this.options];
    this.activate(options[(options.indexOf(this.active) + step + options.length) % options.length]);
  }

  activate(option) {
    if (this.active) change(this.active, { "aria-selected": "false" });
    this.active = option;
    change(this.input, { "aria-activedescendant": option && option.id });
    if (!option) return;
    change(option, { "aria-selected": "true" });
    option.scrollIntoView({ block: "nearest" });
  }

  /* Busy from the first key or press until what is shown is the response to it: screen readers wait that long. */
  busy(on) {
    change(this.node, { "aria-busy": on ? "true" : null });
  }

  /* The element inside that has the focus. */
  get focused() {
    const at = this.node.getRootNode().activeElement;
    return this.node.contains(at) ? at : null;
  }

  /* Replace the content. A response may arrive when the reader is in the panel already: focus, active option and scroll
     position stay. From a control that is gone the focus moves to the chip of its filter, or returns to the field. */
  fill(...parts) {
    const { active, focused } = this;
    const place = focused || active ? this.node.scrollTop : 0;
    this.activate(null);
    this.busy(false);
    this.node.classList.remove("late");
    this.node.replaceChildren(...parts);
    this.number();
    this.open();
    this.node.scrollTop = place;
    const controls = [...this.node.querySelectorAll("a, button")];
    const find = (key) => controls.find((control) => keyOf(control) === key);
    if (active) this.activate(find(keyOf(active)) || null);
    if (focused && focused !== this.node) (find(keyOf(focused)) || find(`chosen ${keyOf(focused)}`) || this.input).focus();
  }

  number() {
    this.options.forEach((option, index) => { option.id = `option${index}`; });
  }

  open() {
    this.node.style.colorScheme = scheme(this.host);
    change(this.input, { "aria-expanded": this.node.contains(this.list) });
    if (!this.opened) {
      this.opened = true;
      this.node.hidden = false;
      if (this.node.showPopover) this.node.showPopover();
      this._watch("addEventListener");
    }
    this._place();
  }

  close() {
    if (!this.opened) return;
    this.opened = false;
    this.activate(null);
    change(this.input, { "aria-expanded": "false" });
    if (this.node.hidePopover && this.host.isConnected) this.node.hidePopover();
    this.node.hidden = true;
    this._watch("removeEventListener");
  }

  _watch(how) {
    document[how]("pointerdown", this._outside, true);
    window[how]("scroll", this._follow, true);
    window[how]("resize", this._follow);
    if (window.visualViewport) visualViewport[how]("resize", this._follow); // a phone's keyboard
  }

  /* Place the panel below the form, or above where there is more room; wider than a sidebar's field, never than the screen. */
  _place() {
    const field = this.form.getBoundingClientRect();
    const screen = document.documentElement.clientWidth;
    const height = window.visualViewport ? visualViewport.height : innerHeight;
    const em = parseFloat(getComputedStyle(this.node).fontSize);
    const width = Math.min(Math.max(field.width, 36 * em), screen - 16);
    const below = height - field.bottom - 16;
    const up = below < 240 && field.top > below;
    const left = field.left + width < screen - 8 ? field.left : Math.max(8, field.right - width);
    Object.assign(this.node.style, {
      width: `${width}px`,
      left: `${Math.max(8, Math.min(left, screen - width - 8))}px`,
      top: up ? "auto" : `${field.bottom + 6}px`,
      bottom: up ? `${innerHeight - field.top + 6}px` : "auto",
      maxHeight: `${Math.max(240, Math.min(up ? field.top - 16 : below, 42 * em))}px`,
    });
  }
}
