"""Violations of the tests that guard secrets, what is kept of people, and what may go out or come in."""

from tests.house.plants import Plant

HERE = "tests/house"
SAYS = '"""Planted."""\n\n'

PAGES = (
    Plant(
        name="a row of the checklist that leans on a test which does not name it",
        checker=f"{HERE}/test_asvs.py::test_a_row_that_is_called_tested_is_named_by_a_test_of_the_files_beside_it",
        says="V1.3.12",
        changed={
            "docs/asvs.md": ("`tests/house/test_regexes.py` |\n| V4.1.4", "`tests/house/test_sbom.py` |\n| V4.1.4")
        },
    ),
    Plant(
        name="a kind of data that is kept longer than its page says",
        checker=f"{HERE}/test_data_page.py::test_each_table_of_the_page_is_that_of_the_code[kinds]",
        says="put this there",
        changed={"service/referrals/retention.py": ("        days=183,\n", "        days=1830,\n")},
    ),
    Plant(
        name="a control of a hazard whose test is gone",
        checker=f"{HERE}/test_hazards.py::test_each_hazard_is_whole_and_each_control_has_its_place_and_its_test",
        says="test_planted",
        changed={"docs/safety/hazards.toml": ("::test_a_must_is_never_given_up", "::test_planted")},
    ),
    Plant(
        name="a page of permissions that says more than the table",
        checker=f"{HERE}/test_permissions_page.py::test_the_page_is_what_the_command_prints",
        says="kith permissions > docs/permissions.md",
        changed={"docs/permissions.md": ("", "\nEverybody may read everything.\n")},
    ),
    Plant(
        name="a limit that is not the one on the page",
        checker=f"{HERE}/test_inputs.py::test_the_sizes_are_those_of_the_code",
        says="201 characters",
        changed={"service/catalog/where/places.py": ("LONGEST_PLACE = 200 ", "LONGEST_PLACE = 201 ")},
    ),
    Plant(
        name="a list of packages that forgets their hashes",
        checker=f"{HERE}/test_sbom.py::test_the_list_holds_every_package_of_the_lock_with_its_hashes",
        says="assert hashes ==",
        changed={"tests/house/sbom.py": ('reference.get("hashes", [])]', 'reference.get("sums", [])]')},
        second=True,
    ),
)

KEPT = (
    Plant(
        name="a watch that knows one way to write a word",
        checker=f"{HERE}/test_watching.py::test_what_was_learned_is_found_in_each_spelling[zqaxname]",
        says="assert []",
        changed={"tests/house/watching.py": ("        self.told.setdefault(sink, set())", "        set()")},
    ),
    Plant(
        name="what somebody needs, kept open",
        checker=f"{HERE}/test_column_classes.py::test_what_tells_of_health_is_sealed",
        says="('ring_request', 'about')",
        changed={"service/referrals/kept.py": ('sealed="name number about"', 'sealed="name number"')},
        second=True,
    ),
    Plant(
        name="messages about a person that stay when they are erased",
        checker=f"{HERE}/test_erasure.py::test_a_person_is_gone_from_every_table_and_from_nobody_else",
        says="'outbox_message'",
        changed={
            "service/referrals/erasure.py": (
                "    forgetting.forget_about(session, [person_id, *referrals, *asked])\n",
                "",
            )
        },
    ),
    Plant(
        name="one fingerprint for all purposes",
        checker=f"{HERE}/test_sealing.py::"
        "test_a_fingerprint_is_the_same_each_time_and_different_for_each_text_purpose_and_secret",
        says="== 4",
        changed={"service/db/sealing.py": ('f"{self._purpose}:fingerprint"', '"fingerprint"')},
    ),
    Plant(
        name="a file of keys that the group may read",
        checker=f"{HERE}/test_sealing_keys.py::test_a_file_that_others_may_read_is_refused[416]",
        says="DID NOT RAISE",
        changed={"service/db/keyring.py": ("st_mode & 0o077", "st_mode & 0o007")},
    ),
    Plant(
        name="settings that tell the secret when they are printed",
        checker=f"{HERE}/test_secrets.py::test_nothing_that_holds_a_secret_says_it_when_it_describes_itself",
        says="service.config.Settings.secret",
        changed={"service/config.py": ("    secret: str = field(repr=False)\n", "    secret: str\n")},
    ),
    Plant(
        name="a secret in a file that everybody may open",
        checker=f"{HERE}/test_settings.py::test_a_secret_that_everybody_here_may_open_is_refused[420-KITH_SECRET]",
        says="DID NOT RAISE",
        changed={"service/given.py": ("    if for_all:\n", "    if False:\n")},
        second=True,
    ),
)

WAYS = (
    Plant(
        name="a look at pages that overlooks what a template worked out",
        checker=f"{HERE}/test_forms.py::test_a_page_that_forgets_would_be_found",
        says="assert opened(",
        changed={"tests/house/test_forms.py": ('return "1337" in text or any(', "return any(")},
    ),
    Plant(
        name="bytes that become things",
        checker=f"{HERE}/test_danger.py::test_nothing_dangerous_stands_in_the_code",
        says="service/catalog/planted_danger.py",
        new={"service/catalog/planted_danger.py": f"{SAYS}import pickle\n\nX = pickle.loads\n"},
    ),
    Plant(
        name="a line of the log that can be broken",
        checker=f"{HERE}/test_decoding.py::test_a_line_of_the_log_stays_one_line_whatever_stands_in_it",
        says="assert not ({",
        changed={
            "service/observability.py": (
                "ensure_ascii=False, default=str)\n",
                'ensure_ascii=False, default=str).replace("\\\\n", "\\n")\n',
            )
        },
        second=True,
    ),
    Plant(
        name="a cloud's own address, behind a good name",
        checker=f"{HERE}/test_outgoing.py::"
        "test_a_listed_name_does_not_lead_into_a_network_of_somebodys_own[168.63.129.16]",
        says="assert",
        changed={"service/outgoing.py": ('_METADATA = {"168.63.129.16", ', "_METADATA = {")},
    ),
    Plant(
        name="a file that is called as somebody wished",
        checker=f"{HERE}/test_promises.py::test_a_name_of_a_file_is_ours_and_plainly_quoted",
        says="filename=' + name",
        new={
            "service/web/planted_file.py": f"{SAYS}\ndef planted(name: str) -> str:\n"
            "    return 'attachment; filename=' + name\n"
        },
    ),
    Plant(
        name="a next page on another site",
        checker=f"{HERE}/test_redirects.py::test_forty_addresses_are_dropped_wherever_a_page_asks_for_the_next_one",
        says="example.org",
        changed={
            "service/web/access.py": (
                "len(address) > LONGEST_NEXT or not OWN_PAGE.fullmatch(address)",
                "len(address) > LONGEST_NEXT",
            )
        },
    ),
    Plant(
        name="a pattern of what somebody sends",
        checker=f"{HERE}/test_regexes.py::test_no_pattern_is_made_of_what_somebody_sends",
        says="service/catalog/planted_pattern.py",
        new={
            "service/catalog/planted_pattern.py": f"{SAYS}import re\n\n\ndef planted(sent: str) -> bool:\n"
            '    return bool(re.search(sent, "a"))\n'
        },
    ),
    Plant(
        name="a message that goes by a way nobody chose",
        checker="tests/referrals/following/test_pathway.py::test_a_few_histories",
        says="by a way that is not safe",
        changed={
            "service/referrals/following/before.py": (
                "    if way is None or (way[0], way[1].address) != (message.channel, message.to):",
                "    if False:",
            )
        },
    ),
    Plant(
        name="a clock that is dropped from the desk",
        checker="tests/referrals/following/test_pathway.py::test_a_few_histories",
        says="nobody_next",
        changed={"service/referrals/clocks.py": ('    "waitlisted": "still_waiting",\n', "")},
        second=True,
    ),
)
