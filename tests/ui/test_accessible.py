"""Everything the window shows can be heard: each control has a name and a role, and what happens is announced."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QScrollArea, QTabWidget

from tests.ui.tour import Tour

Role = QAccessible.Role
# What says nothing about what a control is for.
VAGUE = {Role.NoRole, Role.Client, Role.Window, Role.Pane}
# They take the keyboard to be scrolled; what is in them has its own roles.
SCROLLED = (QScrollArea, QTabWidget)
# What somebody acts upon, also where the keyboard reaches it through its list.
CONTROLS = {
    Role.Button,
    Role.CheckBox,
    Role.RadioButton,
    Role.ComboBox,
    Role.EditableText,
    Role.Slider,
    Role.SpinBox,
    Role.List,
    Role.ListItem,
    Role.Tree,
    Role.Table,
    Role.MenuItem,
    Role.ButtonMenu,
    Role.PageTab,
    Role.Link,
    Role.ProgressBar,
    Role.Chart,
}


def walk(root: QAccessibleInterface, path: str = "") -> Iterator[tuple[str, QAccessibleInterface]]:
    """All that is in sight, with what it is part of."""
    for number in range(root.childCount()):
        child = root.child(number)
        if child is None or not child.isValid() or child.state().invisible:
            continue
        thing = child.object()
        here = f"{path}/{type(thing).__name__ if thing is not None else child.role().name}"
        yield here, child
        yield from walk(child, here)


def test_every_control_of_every_page_has_a_name_and_a_role(touring: Tour) -> None:
    missing: dict[str, str] = {}
    seen = 0
    for stop, root in touring.stops():
        for path, item in walk(QAccessible.queryAccessibleInterface(root)):
            seen += 1
            name, state = item.text(QAccessible.Text.Name), item.state()
            # Cells of a table may be empty.
            if item.role() in CONTROLS or (state.focusable and item.role() not in (Role.TreeItem, Role.Cell)):
                if not name.strip():
                    missing.setdefault(path, f"{stop}: no name ({item.role().name})")
                elif item.role() in VAGUE and not isinstance(item.object(), SCROLLED):
                    missing.setdefault(path, f"{stop}: {name} is a {item.role().name}")
    print(seen, "\n".join(f"{path}: {what}" for path, what in missing.items()))
    assert not missing
