"""What may be typed, and what is answered without doing anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app import cli

COMMANDS = [
    *("scan", "group", "reembed", "start"),
    *("people", "clusters", "faces", "suggest", "review", "doubts", "photos", "gone", "history"),
    *("name", "rename", "merge", "differ", "split", "reject", "ignore", "not-a-face"),
    *("collage", "born", "hide", "forget", "undo", "redo"),
    *("search", "embed", "export", "report", "model", "doctor"),
]

WRONG = [
    ["nonsense"],
    ["scan"],
    ["--device", "tpu", "people"],
    ["--device", "cpu:1", "people"],
    ["--device", "gpu:", "people"],
    ["--lib", "x", "people"],
    ["people", "extra"],
    ["faces", "--cluster", "-1"],
    ["faces", "--cluster", "one"],
    ["faces", "--cluster", "²"],
    ["name", "--face", "9999999999999999999999", "Anna"],
    ["name", "--face", "1"],
    ["name", "Anna"],
    ["rename", "Anna"],
    ["ignore"],
    ["search", "--face", "1", "--which", "1"],
    ["merge", "Anna"],
    ["merge"],
    ["merge", "--cluster", "1"],
    ["merge", "--face", "1"],
    ["differ", "Anna"],
    ["differ", "Anna", "--cluster", "1", "--cluster", "2"],
    ["differ", "Anna", "Ben", "Cleo"],
    ["differ", "Anna", "Ben", "--face", "1"],
    ["suggest"],
    ["suggest", "Anna", "--cluster", "1"],
    ["review", "--limit", "0"],
    ["doubts", "--limit", "0"],
    ["doubts", "Anna", "Ben"],
    ["collage"],
    ["born", "Anna"],
    ["born", "Anna", "yesterday"],
    ["born", "Anna", "2015-02-30"],
    ["born", "Anna", "2015-03-31", "--unknown"],
    ["split"],
    ["reject", "--face", "1"],
    ["name", "--face", "1", "\udcff"],
    ["hide", "\udcff"],
    ["photos", "--any", "\udcff"],
    ["reject", "--person", "Anna"],
    ["not-a-face"],
    ["hide"],
    ["forget"],
    ["search"],
    ["search", "a.jpg", "--face", "1"],
    ["search", "a.jpg", "--which", "0"],
    ["search", "a.jpg", "--limit", "-5"],
    ["search", "a.jpg", "--strictness", "lax"],
    ["group", "--strictness", "medium"],
    ["embed", "a.jpg"],
    ["embed", "--out", "x.npz"],
    ["export", "--person", "1"],
    ["export", "--to", "x"],
    ["report"],
    ["model"],
    ["model", "remove"],
    ["model", "add"],
    ["model", "use"],
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command, "--help"]) == 0
    assert "usage: kinfolio " + command in capsys.readouterr().out


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("    ") and line[4] != " "] == COMMANDS


@pytest.mark.parametrize("argv", WRONG, ids=lambda argv: ascii(" ".join(argv)))
def test_wrong_use_ends_with_2_and_says_nothing_on_stdout(
    argv: list[str], capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert cli.main(argv) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "kinfolio" in printed.err


def test_global_options_are_taken_before_and_after_the_command() -> None:
    before = cli.parse(["--json", "--library", "a", "--device", "gpu:1", "people"])
    after = cli.parse(["people", "--json", "--library", "a", "--device", "gpu:1"])
    deeper = cli.parse(["model", "list", "--json", "--library", "a", "--device", "gpu:1"])
    for arguments in (before, after, deeper):
        assert (arguments.json, arguments.library, arguments.device) == (True, Path("a"), "gpu:1")


def test_what_is_given_before_the_command_is_kept_by_it() -> None:
    arguments = cli.parse(["--json", "--library", "a", "model", "use", "x"])
    assert (arguments.json, arguments.library, arguments.device) == (True, Path("a"), "auto")


@pytest.mark.parametrize(
    "argv",
    [
        ["faces", "--photo", "1", "--photo", "2"],
        ["faces", "--cluster", "1", "--cluster", "1"],
        ["search", "--face", "1", "--face", "2"],
        ["reject", "--face", "1", "--person", "Anna", "--person", "Ben"],
        ["--library", "a", "people", "--library", "b"],
        ["--device", "cpu", "model", "list", "--device", "cpu"],
    ],
    ids=" ".join,
)
def test_an_option_that_takes_one_value_is_refused_when_it_is_given_twice(
    argv: list[str], capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert cli.main(argv) == 2
    assert "only once" in capsys.readouterr().err


def test_options_that_take_several_values_are_repeated() -> None:
    assert cli.parse(["name", "--face", "1", "--face", "2", "--json", "--json", "Anna"]).face == [1, 2]


@pytest.mark.parametrize(
    ("argv", "command"),
    [
        (["people", "extra"], "people"),
        (["model", "list", "extra"], "model list"),
        (["name", "Anna"], "name"),
        (["ignore"], "ignore"),
        (["search", "--face", "1", "--which", "1"], "search"),
        (["faces", "--cluster", "one"], "faces"),
        (["people", "--photo", "x"], "people"),
    ],
    ids=str,
)
def test_a_mistake_is_answered_with_the_usage_of_the_command(
    argv: list[str], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"usage: kinfolio {command} ")
    assert f"kinfolio {command}: error: " in said


def test_more_than_two_that_differ_are_answered_with_which_are_too_many(capsys: pytest.CaptureFixture[str]) -> None:
    for argv, too_many in (
        (["Anna", "Ben", "Cleo"], "Cleo"),
        (["Anna", "Ben", "Cleo", "Dan"], "Cleo, Dan"),
        (["Anna", "--face", "588", "--cluster", "87"], "--face 588"),
    ):
        assert cli.main(["differ", *argv]) == 2
        assert capsys.readouterr().err.endswith(f"too many: {too_many}\n")


def test_a_date_of_birth_that_is_given_and_unknown_is_told_to_be_one_or_the_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for given in (["--unknown", "2015-03-31"], ["2015-03-31", "--unknown"]):
        assert cli.main(["born", "Anna", *given]) == 2
        assert "exclude each other" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["name", "ignore", "merge", "differ"])
def test_faces_and_groups_are_explained_and_may_be_repeated(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command, "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "--face F a face, as `kinfolio faces` numbers them; may be repeated" in said
    assert "--cluster C an unnamed group, as `kinfolio clusters` numbers them; may be repeated" in said


def test_a_name_may_look_like_an_option() -> None:
    assert cli.parse(["name", "--face", "1", "--", "--json"]).name == "--json"


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == "kinfolio 0.1.0\n"


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from app.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'cv2', 'sqlite_utils', 'tqdm', 'tensorflow', 'keras', 'faiss', 'sklearn', 'PySide6'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stderr == "[]\n"
