"""Scenarios: a world of the sandbox, and what happens in it when, written down in YAML.

    name: answers-at-once
    about: Alice takes every alert half a minute after it is on her screen.
    people:
      - {number: "+447700900123", name: Alice, opened_ago: 2h}
    script:
      - when: {message: {to: Alice, template: ops_alert}}
        after: 30s
        do: {reply: {tap: Acknowledge}}

A step does what the controls do: every operation that changes something is a verb, under the name of its
function, and takes the fields of path, query and body side by side.

Reading order: beside this package `script` (what a scenario consists of) and `play` (its steps as events of
the schedule); here `places` (YAML that knows its lines), `steps` and `reading` (from YAML to a scenario,
complaint by complaint), `loading` and `saving` (a world out of a scenario, and back), `plain` (values as YAML
shows them), `memory` (what parts of a world remember), `catalogue` (those that come with the package).
"""
