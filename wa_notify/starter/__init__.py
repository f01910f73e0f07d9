"""The starter pack: ready-made templates to alert with, one YAML file for each language.

`wa_notify.config.starter` reads them. Every file has the same templates with the same parameters, so that a
rule fits all languages. ``LINK`` stands where the section ``starter`` puts its own link.
"""
