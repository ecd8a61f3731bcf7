"""Violations of the tests in tests/house, at least one for each file."""

from tests.house.plants import Plant

HERE = "tests/house"
SAYS = '"""Planted."""\n\n'
PURE = '"""Planted. Pure."""\n\n'
STATIC = (
    Plant(
        name="a table is read in a pure file",
        checker=f"{HERE}/test_purity.py::test_pure_modules_import_nothing_impure",
        says="service/catalog/planted_sql.py: {'sqlalchemy",
        new={"service/catalog/planted_sql.py": f"{PURE}from sqlalchemy import select\n"},
    ),
    Plant(
        name="a pure file asks the time",
        checker=f"{HERE}/test_purity.py::test_pure_modules_import_nothing_impure",
        says="service/matching/planted_time.py: {'service.clock'}",
        new={"service/matching/planted_time.py": f"{PURE}from service import clock\n"},
        second=True,
    ),
    Plant(
        name="a domain commits",
        checker=f"{HERE}/test_purity.py::test_only_the_database_package_commits",
        says="service/referrals/planted_commit.py:5 commits",
        new={"service/referrals/planted_commit.py": f"{SAYS}\ndef done(session):\n    session.commit()\n"},
    ),
    Plant(
        name="a face commits by leaving a block",
        checker=f"{HERE}/test_purity.py::test_only_the_database_package_commits",
        says="service/api/planted_begin.py",
        new={"service/api/planted_begin.py": f"{SAYS}\ndef done(session):\n    with session.begin():\n        pass\n"},
        second=True,
    ),
    Plant(
        name="a table that mypy cannot see",
        checker=f"{HERE}/test_purity.py::test_tables_stand_on_our_own_base_and_are_read_with_select",
        says="service/catalog/planted_model.py:6 uses db.Model",
        new={
            "service/catalog/planted_model.py": f"{SAYS}from service.db import db\n\n\nclass X(db.Model):\n    pass\n"
        },
        second=True,
    ),
    Plant(
        name="SQL in a view",
        checker=f"{HERE}/test_purity.py::test_faces_build_no_statement_and_domains_open_no_session",
        says="service/web/planted_statement.py builds a statement",
        new={"service/web/planted_statement.py": f"{SAYS}from sqlalchemy import text\n"},
    ),
    Plant(
        name="a domain that opens a session of its own",
        checker=f"{HERE}/test_purity.py::test_faces_build_no_statement_and_domains_open_no_session",
        says="service/accounts/planted_session.py imports",
        new={"service/accounts/planted_session.py": f"{SAYS}from service.db import committing\n"},
        second=True,
    ),
    Plant(
        name="a domain asks the time",
        checker=f"{HERE}/test_purity.py::test_below_the_faces_nobody_asks_the_time_or_the_environment",
        says="service/accounts/planted_now.py",
        new={"service/accounts/planted_now.py": f"{SAYS}import datetime\n\nNOW = datetime.datetime.now()\n"},
    ),
    Plant(
        name="a module that does not say what it is",
        checker=f"{HERE}/test_purity.py::test_every_module_says_what_it_is",
        says="planted_silent.py",
        new={"service/notifications/planted_silent.py": "X = 1\n"},
    ),
    Plant(
        name="a file of 401 lines",
        checker=f"{HERE}/test_files.py::test_no_file_is_longer_than_one_can_read",
        says="service/matching/planted_long.py",
        new={"service/matching/planted_long.py": SAYS + "X = 1\n" * 399},
    ),
    Plant(
        name="a function of 41 lines",
        checker=f"{HERE}/test_files.py::test_no_function_is_longer_than_a_screen",
        says="service/matching/planted_far.py:planted",
        new={"service/matching/planted_far.py": f"{SAYS}\ndef planted(x):\n" + "    x += 1\n" * 41},
    ),
    Plant(
        name="a drawer for anything, inside a domain",
        checker=f"{HERE}/test_files.py::test_no_folder_and_no_module_is_a_drawer_for_anything",
        says="service/catalog/utils.py",
        new={"service/catalog/utils.py": SAYS},
    ),
    Plant(
        name="something left unfinished",
        checker=f"{HERE}/test_files.py::test_nothing_unfinished_is_left",
        says="service/api/planted_later.py",
        new={"service/api/planted_later.py": f"{SAYS}X = 1  # {'TO' + 'DO'}: later\n"},
    ),
    Plant(
        name="a place on somebody's machine",
        checker=f"{HERE}/test_files.py::test_no_file_names_a_package_host_or_a_place_on_some_machine",
        says="docs/planted-place.md names",
        new={"docs/planted-place.md": f"# Planted\n\nSee {'/' + 'home'}/ada/kith.\n"},
    ),
    Plant(
        name="the host of a package registry",
        checker=f"{HERE}/test_files.py::test_no_file_names_a_package_host_or_a_place_on_some_machine",
        says="docs/planted-host.md names",
        new={"docs/planted-host.md": f"# Planted\n\nFrom https://{'.'.join(('pypi', 'org'))}/simple.\n"},
        second=True,
    ),
    Plant(
        name="a package without its hash",
        checker=f"{HERE}/test_files.py::test_every_package_is_pinned_by_hash[requirements.lock]",
        says="planted==1.0",
        changed={"requirements.lock": ("", "planted==1.0\n")},
    ),
    Plant(
        name="a package whose licence binds us",
        checker=f"{HERE}/test_licences.py::test_every_package_that_runs_with_us_has_a_free_licence",
        says="{'planted': 'AGPL-3.0-only'}",
        changed={"requirements.lock": ("", f"planted==1.0 \\\n    --hash=sha256:{'0' * 64}\n")},
        new={
            "planted-1.0.dist-info/METADATA": "Metadata-Version: 2.4\nName: planted\nVersion: 1.0\n"
            "License-Expression: AGPL-3.0-only\n"
        },
        second=True,
    ),
    Plant(
        name="a barrier asks for a fact nobody can state",
        checker=f"{HERE}/test_codes.py::test_every_fact_that_is_named_is_in_the_one_list",
        says="('barrier work_hours', 'planted_fact')",
        changed={
            "service/catalog/barriers.py": ('facts=("drop_in", "recording")', 'facts=("drop_in", "planted_fact")')
        },
        second=True,
    ),
    Plant(
        name="a refusal without words",
        checker=f"{HERE}/test_codes.py::test_every_refusal_has_words_wherever_it_is_heard",
        says="('api', 'service/referrals/intake.py', 'planted_code')",
        changed={"service/referrals/intake.py": ('Problem("group_full")', 'Problem("planted_code")')},
    ),
    Plant(
        name="a reason of the leader's that the professional cannot read",
        checker=f"{HERE}/test_codes.py::test_two_lists_hold_the_same_codes[reasons for a no: the professional's]",
        says="wrong_time",
        changed={"service/web/professional/words.py": ('    "wrong_time": _l("The time does not fit."),\n', "")},
    ),
    Plant(
        name="an error outside the tree",
        checker=f"{HERE}/test_errors.py::test_every_error_descends_from_service_error",
        says="service.accounts.planted_error.Stray",
        new={"service/accounts/planted_error.py": f"{SAYS}\nclass Stray(Exception):\n    pass\n"},
    ),
    Plant(
        name="an error that carries a sentence",
        checker=f"{HERE}/test_errors.py::test_an_error_carries_codes_never_sentences",
        says="service/accounts/planted_words.py:7",
        new={
            "service/accounts/planted_words.py": f"{SAYS}from service.errors import NotFound\n\n\ndef planted():\n"
            '    raise NotFound("There is nothing here")\n'
        },
    ),
    Plant(
        name="a command without help",
        checker=f"{HERE}/test_command.py::test_every_word_of_the_command_has_help",
        says="kith planted",
        changed={"service/cli/measuring.py": ("", "\n\n@main.command()\ndef planted():\n    pass\n")},
    ),
    Plant(
        name="a link that leads nowhere",
        checker=f"{HERE}/test_docs.py::test_every_link_leads_somewhere_and_every_path_exists[CONTRIBUTING.md]",
        says="docs/planted.md",
        changed={"CONTRIBUTING.md": ("", "\nSee [more](docs/planted.md).\n")},
    ),
    Plant(
        name="a weight that the field guide does not tell",
        checker=f"{HERE}/test_docs.py::test_tables_of_the_field_guide_are_those_of_the_code[weights]",
        says="put this there",
        changed={"service/matching/scorers.py": ('Scorer("trust", 0.03', 'Scorer("trust", 0.04')},
        second=True,
    ),
)

PAGES = "service/web/self_service/pages.py"
TYPED = '"""Say what happens to what is typed."""\n'
WRITE = """    from sqlalchemy import text

    from service.db import committing

    with committing() as unit:
        unit.execute(text("UPDATE organisation SET name = 'planted'"))
"""

WALKS = (
    Plant(
        name="a page that does not say who may open it",
        checker=f"{HERE}/test_doors.py::test_every_rule_has_a_permission",
        says="web.how_we_choose has no @allow",
        changed={PAGES: ("@allow(Permission.PUBLIC)\ndef how_we_choose", "def how_we_choose")},
    ),
    Plant(
        name="a change of a listing that does not ask which team keeps it",
        checker=f"{HERE}/test_editors_of_a_part.py::test_no_form_changes_what_another_team_keeps",
        says="test_no_form_changes_what_another_team_keeps",
        changed={
            "service/catalog/operations.py": (
                "    if not of_any_team:\n        check.listing(session, group_id, actor)\n",
                "",
            )
        },
    ),
    Plant(
        name="an address of the API that its document does not name",
        checker=f"{HERE}/test_doors.py::test_the_document_names_exactly_the_rules_of_the_api",
        says="/api/v1/planted",
        changed={
            "service/api/terms.py": (
                "",
                '\n    @api.get("/planted")\n    @api.doc(hide=True)\n    @allow(Permission.PUBLIC)\n'
                '    def planted() -> Response:\n        """Planted"""\n        return jsonify({})\n',
            )
        },
        second=True,
    ),
    Plant(
        name="a door that opens further than the part of the house it stands in",
        checker=f"{HERE}/test_access_matrix.py::test_every_door_asks_for_what_its_part_of_the_house_asks_for",
        says="/<lang>/referrals",
        changed={
            "service/web/professional/referrals.py": (
                "@allow(Permission.READ_REFERRALS)\ndef show_list",
                "@allow(Permission.PUBLIC)\ndef show_list",
            )
        },
    ),
    Plant(
        name="a query that forgets whose referrals they are",
        checker=f"{HERE}/test_access_matrix.py::test_another_organisation_s_referral_is_as_if_it_were_not_there",
        says="zqaxtheirs",
        changed={
            "service/referrals/queries.py": (
                "organisation = Referral.organisation_id == actor.organisation_id\n",
                "organisation = Referral.id.is_not(None)\n",
            )
        },
    ),
    Plant(
        name="a GET that is marked as one that writes",
        checker=f"{HERE}/test_get_never_writes.py::test_no_view_that_reads_is_marked_as_one_that_writes",
        says="web.sources",
        changed={
            PAGES: (
                "@allow(Permission.PUBLIC)\ndef where_from",
                "from service.db import writes\n\n\n@allow(Permission.PUBLIC)\n@writes\ndef where_from",
            )
        },
    ),
    Plant(
        name="a GET that commits",
        checker=f"{HERE}/test_get_never_writes.py::test_reading_leaves_every_table_as_it_was",
        says="'organisation'",
        changed={PAGES: (TYPED, TYPED + WRITE)},
    ),
    Plant(
        name="a form that needs no token",
        checker=f"{HERE}/test_forgery.py::test_only_what_is_done_as_nobody_needs_no_token",
        says="web.sign_in_post",
        changed={
            "service/web/signing_in/doors.py": (
                "@allow(Permission.PUBLIC)\ndef take_form",
                "from service.web.forgery import without_token\n\n\n"
                "@allow(Permission.PUBLIC)\n@without_token\ndef take_form",
            )
        },
    ),
    Plant(
        name="an address in the log",
        checker=f"{HERE}/test_observability.py::test_a_request_leaves_one_line_without_its_address",
        says="/en/groups/zqaxb-slug",
        changed={"service/observability.py": ("return request.url_rule.rule if", "return request.path if")},
    ),
    Plant(
        name="an answer without one of its headers",
        checker=f"{HERE}/test_headers.py::test_every_answer_of_every_rule",
        says="X-Content-Type-Options",
        changed={"service/web/headers.py": ('    "X-Content-Type-Options": "nosniff",\n', "")},
    ),
    Plant(
        name="a template with an inline style",
        checker=f"{HERE}/test_errors.py::test_pages_refuse_with_a_page[2]",
        says="no inline style on p",
        changed={
            "service/web/templates/error.html": ('<p class="kith-lead">', '<p class="kith-lead" style="color: red">')
        },
        second=True,
    ),
    Plant(
        name="a table that no migration makes",
        checker=f"{HERE}/test_migrations.py::test_tables_and_models_agree",
        says="ix_outbox_message_template",
        changed={
            "service/notifications/models.py": (
                'Index(None, "state", "due_at"),\n',
                'Index(None, "state", "due_at"),\n        Index(None, "template"),\n',
            )
        },
    ),
    Plant(
        name="a setting that no file explains",
        checker=f"{HERE}/test_deployment.py::test_the_file_of_settings_explains_each_and_knows_no_other",
        says="KITH_PLANTED",
        changed={"deploy/environment.example": ("", "\n\nKITH_PLANTED=1\n")},
    ),
    Plant(
        name="a setting for Kubernetes that Kith does not read",
        checker=f"{HERE}/test_kubernetes.py::test_every_setting_is_one_that_kith_or_its_proxy_reads_and_no_secret_stands_there",
        says="KITH_PLANTED",
        changed={"deploy/kubernetes/settings.yaml": ("  KITH_MAIL: smtp\n", "  KITH_MAIL: smtp\n  KITH_PLANTED: x\n")},
    ),
    Plant(
        name="a full disk that the doctor calls well",
        checker=f"{HERE}/test_doctor.py::test_disk",
        says="assert",
        changed={"service/cli/doctor/ground.py": ("found.free < LEAST_FREE or", "found.free < 0 and")},
    ),
    Plant(
        name="a migration that forbids what the version before may write",
        checker=f"{HERE}/test_expanding.py::test_a_migration_adds_and_takes_nothing_from_the_version_before",
        says="desk_view has a new rule: check length(name) < 999",
        changed={
            "service/db/migrations/versions/0037_what_this_installation_is_called.py": (
                "def upgrade() -> None:\n",
                'def upgrade() -> None:\n    with op.batch_alter_table("desk_view") as batch:\n'
                '        batch.create_check_constraint("planted", "length(name) < 999")\n',
            )
        },
    ),
)
