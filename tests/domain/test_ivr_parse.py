"""A bad flow is refused with file, node and reason, everything at once; a good one is not."""

from __future__ import annotations

import json

import pytest

from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import FlowError, load_flows, parse_flow, parse_text

KNOWN = Known(queues={"billing", "repair"}, hours={"office"}, flows=set(), prompts={"hello", "menu", "wrong"}, boxes={"sales"})

GOOD = """
name: f
version: 3
start: a
nodes:
  a: {type: play, prompt: hello, next: b}
  b: {type: menu, prompt: menu, invalid: wrong, choices: {1: c, "*": {next: a, label: again}}, timeout: c}
  c: {type: queue, queue: billing}
"""


def problems_of(text, known=KNOWN):
    with pytest.raises(FlowError) as caught:
        parse_flow(parse_text(text, "f.yaml"), "f.yaml", known)
    assert all(p.file == "f.yaml" and p.why for p in caught.value.problems)
    return [f"{p.node}: {p.why}" for p in caught.value.problems]


def with_nodes(lines):
    return "name: f\nversion: 1\nstart: a\nnodes:\n" + "\n".join(f"  {line}" for line in lines)


def test_a_good_flow_and_its_document_travels_as_json():
    flow = parse_flow(parse_text(GOOD, "f.yaml"), "f.yaml", KNOWN)
    assert (flow.name, flow.version, flow.start, flow.language, flow.warnings) == ("f", 3, "a", "zh", ())
    again = parse_flow(json.loads(json.dumps(flow.document)), "f", KNOWN)
    assert again.nodes == flow.nodes
    assert again.document == flow.document


@pytest.mark.parametrize(
    ("written", "read"),
    [("[repair]", ("repair",)), ("repair", ("repair",)), ("[repair, sales]", ("repair", "sales")), ("[]", ())],
)
def test_further_queues(written, read):
    text = with_nodes([f"a: {{type: queue, queue: billing, also: {written}}}"])
    flow = parse_flow(parse_text(text, "f.yaml"), "f.yaml", Known(queues={"billing", "repair", "sales"}))
    assert flow.nodes["a"].also == read
    assert parse_flow(json.loads(json.dumps(flow.document)), "f", Known(queues=None)).nodes == flow.nodes


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("[repai]", "there is no queue 'repai'; did you mean 'repair'?"),
        ("[repair, repair]", "may name at most 2 further queues, each once"),
        ("[repair, sales, billing]", "may name at most 2 further queues, each once"),
        ("[billing]", "also: 'billing' is the queue itself"),
        ("{repair: 1}", "is not the name of a queue"),
    ],
)
def test_further_queues_that_cannot_be(written, why):
    known = Known(queues={"billing", "repair", "sales"})
    (problem,) = problems_of(with_nodes([f"a: {{type: queue, queue: billing, also: {written}}}"]), known)
    assert problem.startswith("a: also: "), problem
    assert why in problem


def test_all_problems_at_once():
    problems = problems_of(
        """
name: f
version: "1"
languge: zh
start: aa
nodes:
  a: {type: play, promt: hello, next: b}
  b: {type: quue, queue: billing}
  c: {type: queue, queue: bilings, priority: high}
  d: {type: menu, prompt: menu, choices: {12: c}, timeout: e}
  e: just text
  f: {type: play, prompt: helo, next: nowhere}
  g: {type: set, data: {x: y}, next: gg}
"""
    )
    text = "\n".join(problems)
    for part in (
        ": needs 'version', a whole number from 1, not '1'",
        "unknown key 'languge'; did you mean 'language'?",
        "start: there is no node 'aa'; did you mean 'a'?",
        "a: unknown key 'promt' in a play node; did you mean 'prompt'?",
        "a: a play node needs 'prompt'",
        "b: unknown type 'quue'; did you mean 'queue'?",
        "c: queue: there is no queue 'bilings'; did you mean 'billing'?",
        "c: priority: 'high' is not a whole number",
        "d: choices: 12 is not one telephone key",
        "e: must be a mapping with a type, not str",
        "f: prompt: there is no prompt 'helo'; did you mean 'hello'?",
        "g: leads to 'gg', which does not exist; did you mean 'g'?",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a: {type: play, prompt: ../../etc/passwd, next: z}", "not the name of a prompt"),
        ("a: {type: play, prompt: [], next: z}", "list of prompts is empty"),
        ("a: {type: play, prompt: '${system(id)}', next: z}", "not the name of a prompt"),
        ("a: {type: hours, hours: ofice, open: z, closed: z}", "no opening hours 'ofice'; did you mean 'office'"),
        ("a: {type: flow, flow: f2}", "no flow 'f2'"),
        ("a: {type: hang_up, cause: normal}", "not a hang-up cause"),
        ("a: {type: set, data: {1x: y}, next: z}", "not a data key"),
        ("a: {type: set, data: {x: }, next: z}", "put it in quotes"),
        ("a: {type: voicemail, prompt: hello, max_s: 010}", "'010' is not a whole number"),
        ("a: {type: voicemail, prompt: hello, max_s: 0x10}", "'0x10' is not a whole number"),
        ("a: {type: voicemail, prompt: hello, max_s: 1_0}", "'1_0' is not a whole number"),
        ("a: {type: voicemail, prompt: hello, max_s: 1:30}", "'1:30' is not a whole number"),
        ("a: {type: voicemail, prompt: hello, max_s: 1.5}", "'1.5' is not a whole number"),
        ("a: {type: voicemail, prompt: hello, max_s: 1e1}", "'1e1' is not a whole number"),
        ("a: {type: menu, prompt: menu, choices: {01: z}, timeout: z}", "'01' is not one telephone key"),
        ("a: {type: hang_up, cause: #}", "line 6: expected"),
        ("a: {type: set, data: {x: [1]}, next: z}", "not a text"),
        ("a: {type: set, data: {language: fr}, next: z}", "not one of zh, en"),
        ("a: {type: set, data: {}, next: z}", "must map data keys"),
        ("a: {type: voicemail, prompt: hello, max_s: 9999}", "9999 is not between 5 and 600"),
        ("a: {type: voicemail, prompt: hello, max_s: true}", "not a whole number"),
        ("a: {type: voicemail}", "needs 'prompt', or a 'box'"),
        ("a: {type: voicemail, box: sale}", "there is no voicemail box 'sale'; did you mean 'sales'?"),
        ("a: {type: menu, prompt: menu, choices: {1: {nxt: z}}, timeout: z}", "key 1: needs a node"),
        ("a: {type: menu, prompt: menu, choices: {1: {next: z, lable: q}}, timeout: z}", "did you mean 'label'"),
        ("a: {type: menu, prompt: menu, choices: {1: {next: z, label: [5]}}, timeout: z}", "label must be a text"),
        ("a: {type: menu, prompt: menu, choices: {}, timeout: z}", "must map telephone keys"),
        ("a: {type: menu, prompt: menu, choices: {1: z}}", "needs 'timeout'"),
        ("a: {type: [play], prompt: hello, next: z}", "unknown type ['play']"),
        ("a: {prompt: hello, next: z}", "has no type; types: play, menu"),
        ("a b: {type: hang_up}", "not a node name"),
    ],
)
def test_one_bad_value(line, why):
    assert why in "\n".join(problems_of(with_nodes([line, "z: {type: hang_up}"])))


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ("min_digits: 5, max_digits: 2", "min_digits 5 is more than max_digits 2"),
        ("min_digits: 1, max_digits: 2, pattern: '\\d+'", "write [0-9]"),
        ("min_digits: 1, max_digits: 2, pattern: '${x}'", "may only use"),
        ("min_digits: 1, max_digits: 2, pattern: '[0-'", "not a regular expression"),
        ("min_digits: 1, max_digits: 2, terminators: x", "telephone keys"),
        ("min_digits: 0, max_digits: 2", "0 is not between 1 and 32"),
    ],
)
def test_a_bad_collect(extra, why):
    line = f"a: {{type: collect, prompt: hello, store: k, ok: z, none: z, {extra}}}"
    assert why in "\n".join(problems_of(with_nodes([line, "z: {type: hang_up}"])))


def test_dead_loops():
    assert "dead loop" in problems_of(with_nodes(["a: {type: set, data: {x: y}, next: a}", "z: {type: hang_up}"]))[-1]
    problems = problems_of(
        with_nodes(
            ["a: {type: hours, hours: office, open: b, closed: z}", "b: {type: set, data: {x: y}, next: a}", "z: {type: hang_up}"]
        )
    )
    assert "a: dead loop: a, b go round" in problems[0]


def test_a_loop_without_a_way_out():
    problems = problems_of(with_nodes(["a: {type: play, prompt: hello, next: b}", "b: {type: play, prompt: hello, next: a}"]))
    assert problems == [f"{n}: no way leads from here to a queue, a flow or a hang_up" for n in "ab"]


def test_a_node_that_nothing_leads_to_is_a_warning():
    flow = parse_flow(parse_text(with_nodes(["a: {type: hang_up}", "b: {type: hang_up}"]), "f"), "f", KNOWN)
    assert [str(w) for w in flow.warnings] == ["f: node b: warning: nothing leads here"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name: f\nname: g\n", "line 2: 'name' is given twice"),
        ("name: [f\n", "line "),
        ("a: &x [1]\nb: *x\n", "line 2: aliases"),
        ("a: !!python/object/apply:os.system [id]\n", r"line 1: tags \(tag:yaml.org,2002:python"),
        ("a: !!int 0755\n", r"line 1: tags \(tag:yaml.org,2002:int\)"),
        ("a: !x y\n", r"line 1: tags \(!x\)"),
        ("? [1, 2]\n: x\n", "a key must be one word"),
        ("\x00", "not YAML"),
        ("a: " + "x" * 300_000, "larger than"),
        ("[" * 5000, "not YAML"),
    ],
)
def test_bad_yaml(text, why):
    with pytest.raises(FlowError, match=why):
        parse_text(text, "f.yaml")


@pytest.mark.parametrize("document", [None, [], "text", 5, {}, {"nodes": []}, {"nodes": {}}, {"name": 5, "nodes": {"a": None}}])
def test_what_is_no_flow_at_all(document):
    with pytest.raises(FlowError):
        parse_flow(document, "f.yaml", KNOWN)


def test_one_bad_file_does_not_hide_the_good_ones():
    flows, problems = load_flows({"a.yaml": GOOD, "b.yaml": "name: [", "c.yaml": GOOD, "d.yaml": "name: g\n"}, KNOWN)
    assert list(flows) == ["f"]
    assert {p.file for p in problems} == {"b.yaml", "c.yaml", "d.yaml"}
    assert "already used by a.yaml" in "\n".join(map(str, problems))


def test_flows_may_name_each_other_but_not_in_a_dead_loop():
    def flow(name, nodes):
        return f"name: {name}\nversion: 1\nstart: a\nnodes:\n  a: {nodes}\n"

    flows, problems = load_flows({"x": flow("x", "{type: flow, flow: y}"), "y": flow("y", "{type: hang_up}")}, KNOWN)
    assert (set(flows), problems) == ({"x", "y"}, [])
    flows, problems = load_flows({"x": flow("x", "{type: flow, flow: y}"), "y": flow("y", "{type: flow, flow: x}")}, KNOWN)
    assert flows == {}
    assert all("dead loop" in p.why for p in problems)


WRITTEN = [
    "0755", "021", "0512", "007", "1_000", "0x1F", "0b101", "0o17", "12:30", "190:20:30", "1.50", "1e3", ".inf", "+5", "-0", "5",
    "95598", "8613800138000", "0" * 50, "9" * 40, "on", "off", "yes", "no", "y", "true", "null", "~", "2026-10-01",
    "2026-10-01 12:30:00", "2026-99-99", "<<", "=", "-5",
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_text_is_kept_as_it_was_written(written):
    lines = [f"a: {{type: set, data: {{x: {written}}}, next: z}}", "z: {type: hang_up}"]
    flow = parse_flow(parse_text(with_nodes(lines), "f.yaml"), "f.yaml", KNOWN)
    assert flow.nodes["a"].data == {"x": written}
    again = parse_flow(json.loads(json.dumps(flow.document)), "f.yaml", KNOWN)
    assert again.nodes == flow.nodes


def test_names_may_be_numbers_and_words_that_yaml_knows():
    text = """
name: 95598
version: 1
start: no
nodes:
  no: {type: menu, prompt: menu, choices: {1: {next: 0755, label: 021}, 2: yes}, timeout: 12}
  0755: {type: collect, prompt: hello, store: k, min_digits: 1, max_digits: 2, pattern: 12, ok: yes, none: yes, terminators: 0}
  yes: {type: hang_up}
  12: {type: hang_up}
"""
    flow = parse_flow(parse_text(text, "f.yaml"), "f.yaml", KNOWN)
    assert (flow.name, flow.start, sorted(flow.nodes)) == ("95598", "no", ["0755", "12", "no", "yes"])
    menu, collect = flow.nodes["no"], flow.nodes["0755"]
    assert [(key, c.next, c.label) for key, c in menu.choices.items()] == [("1", "0755", "021"), ("2", "yes", "yes")]
    assert (menu.timeout, collect.pattern, collect.terminators) == ("12", "12", "0")


@pytest.mark.parametrize("escape", ["\\0", "\\ud800", "\\ud83d\\ude00", "\\x07", "\\x85"])
def test_an_escape_of_what_is_no_text_is_refused_with_its_line(escape: str) -> None:
    with pytest.raises(FlowError, match=r"line 2: .*control character"):
        parse_text(f'name: x\ndata: "a{escape}b"\n', "f.yaml")
    with pytest.raises(FlowError, match=r"line 1: .*control character"):
        parse_text(f'"a{escape}b": x\n', "f.yaml")


@pytest.mark.parametrize(
    "pattern", ["(([0-9]+)*)+", "(1|11)+", "([0-9]{1,9}){2,9}", "[0-9]*" * 6, "1?" * 40, "((0+))+", "(1?2?)*"]
)
def test_a_pattern_that_one_wrong_key_could_keep_busy_is_refused(pattern: str) -> None:
    assert "too many ways" in problems_of_collect(pattern)


@pytest.mark.parametrize(
    "pattern", ["1[3-9][0-9]{9}", "0[0-9]{2,3}[0-9]{7,8}|400[0-9]{7}", "([0-9]{4}|[0-9]{6})", "(12)+", "[*]?[]0-9]+"]
)
def test_usual_patterns_are_taken(pattern: str) -> None:
    assert problems_of_collect(pattern) == ""


def problems_of_collect(pattern: str) -> str:
    collect = {"type": "collect", "prompt": "p", "store": "x", "ok": "e", "none": "e", "min_digits": 1, "max_digits": 9}
    nodes = {"c": {**collect, "pattern": pattern}, "e": {"type": "hang_up"}}
    try:
        parse_flow({"name": "f", "version": 1, "start": "c", "nodes": nodes}, "f.yaml", Known())
    except FlowError as error:
        return error.message
    return ""
