"""What every column of the catalogue holds, by class. See `service/db/classes.py`."""

from service.db.classes import table

REPORTS = "reports"  # of the key that seals what visitors report
TABLES = {
    "catalog_state": table(internal="id sequence"),
    "site": table(
        public="id name operator contact country area colour languages logo logo_width logo_height", internal="version"
    ),
    "organisation": table(
        public="id name summary website email logo_url legal_form vetting vetting_until is_example acts_as",
        internal="version",
    ),
    "group": table(
        public=(
            "id organisation_id slug name also_known_as description what_happens who_for language_of_text status "
            "joinable not_joinable_reason mode age_min age_max restriction restriction_reason eligibility how_to_join "
            "url email phone host door price_pence currency price_note group_size capacity_state capacity_available "
            "capacity_maximum capacity_until new_people_a_week is_enabler removes nationwide alert required_documents "
            "funding image source source_year last_confirmed_on confirmed_precision confirmed_by is_example created_at "
            "changed_at short_code"
        ),
        internal="changed_sequence version",
    ),
    "group_session": table(
        public=(
            "id group_id location_id position words rule starts_at minutes time_zone exceptions rests moved level note"
        )
    ),
    "location": table(
        public=(
            "id kind name description address_1 address_2 city region postal_code country latitude longitude precision "
            "transportation is_example"
        ),
        internal="confidential version",
    ),
    "group_location": table(public="group_id location_id"),
    "service_area": table(public="id group_id name code latitude longitude radius_km"),
    "term": table(public="code facet label definition broader open_active open_eligibility replaced_by"),
    "term_change": table(
        internal="number stamp code act value language under actor_id actor_role reason at undone_at undone_by"
    ),
    "term_move": table(internal="change group_id source weight had_both"),
    "group_term": table(public="group_id code source weight"),
    "group_language": table(public="group_id code"),
    "price": table(public="id group_id option amount_pence currency note valid_from"),
    "fact": table(
        public="id group_id location_id code value amount note source confirmed_on", internal="confirmed_by_role"
    ),
    "external_id": table(public="id entity entity_id scheme identifier"),
    "revision": table(internal="id entity entity_id version difference reason actor_id actor_role at"),
    "import_source": table(internal="id name mapping trusted created_at"),
    "import_run": table(
        internal=(
            "id source_id number state kind digest trusted done_rows counts actor_id actor_role started_at finished_at"
        )
    ),
    "import_line": table(
        internal="id run_id row identifier group_id outcome difference kept conflicts remarks base undone"
    ),
    "sent_list": table(
        internal="id source name data mapping trusted state plan problem run_number actor_id actor_role made_at",
    ),
    "import_feed": table(
        internal=("id source kind url group_id trusted paused cursor marks failures problem tried_at read_at made_at")
    ),
    "feed_item": table(internal="id feed_id identifier modified data"),
    "imported": table(internal="id source_id identifier group_id said gone status_before"),
    "listing_link": table(
        internal="id group_id purpose made_at expires_at used_at answer", hidden="token_hash", kind="listing_links"
    ),
    "asked_fact": table(
        internal="id group_id code asked_at expires_at used_at answer", hidden="token_hash", kind="listing_links"
    ),
    "chase_sent": table(internal="id group_id since step sent_at answered_at"),
    "edit_draft": table(internal="id group_id user_id version typed kept_at", kind="edit_drafts"),
    "to_confirm": table(internal="group_id place tries again_on version"),
    "truth_sample": table(internal="id month group_id found found_at version"),
    "saved_filter": table(internal="id user_id name query made_at"),
    "bulk_edit": table(internal="id wish reason state actor_id actor_role undone_by undone_role made_at finished_at"),
    "bulk_line": table(internal="id edit_id position group_id seen state made problem before"),
    "catalog_rule": table(internal="id second_pair"),
    "counted_coverage": table(internal="id counted_at sequence figures"),
    "editor_scope": table(internal="user_id districts organisation_ids at"),
    "refused_suggestion": table(internal="group_id key at"),
    "term_proposal": table(internal="group_id code confidence"),
    "interest_look": table(internal="group_id version words found_at"),
    "likely_pair": table(internal="id first_id second_id score why state found_at decided_at"),
    "group_merge": table(
        internal="id kept_id other_id kept_version status slug moved_slugs moved_ids at undone_at",
    ),
    "old_address": table(public="path group_id made_at"),
    "former_slug": table(public="slug group_id until"),
    "group_picture": table(public="id group_id shows alternative kind width height data"),
    "report": table(
        internal="id group_id wrong state created_at closed_at closed_by version",
        personal="contact",
        health="words outcome",
        sealed="words contact outcome",
        purpose=REPORTS,
        kind="reports",
    ),
    "proposal": table(
        internal=(
            "id kind group_id state urgent doubt reason created_at link_until proved_at proved_how closed_at closed_by "
            "by_user_id by_role by_organisation_id version"
        ),
        personal="contact",
        health="said outcome",
        hidden="text_hash token_hash",
        sealed="said contact outcome",
        purpose=REPORTS,
        kind="reports",
    ),
    "vetting_evidence": table(
        internal="id organisation_id kind seen_on until note by_id by_role noted_at ended_at version"
    ),
}
