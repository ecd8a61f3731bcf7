"""The sentence of each code in an answer of the API. Codes are the contract; sentences may be improved. Pure."""

from collections.abc import Mapping

STATUS_CODES = {
    400: "unreadable",
    404: "not_found",
    405: "method",
    413: "body_too_large",
    414: "address_too_long",
    415: "content_type",
    500: "failed",
    503: "not_ready",
}

SENTENCES = {
    # the request
    "body": "Some fields cannot be used; see errors.",
    "profile": "Some fields of the profile cannot be used; see errors.",
    "json": "The body is not valid JSON.",
    "parameters": "Some parameters cannot be used; see errors.",
    "parameter": "This cannot be used here; see the OpenAPI document for its form.",
    "content_type": "Send the body as application/json.",
    "body_too_large": "The body is larger than 1 MB.",
    "address_too_long": "The address is too long.",
    "method": "This address does not take that method; see Allow.",
    "unreadable": "The request could not be read.",
    "refused": "The request was refused.",
    "not_found": "There is nothing at this address.",
    "failed": "Something failed on our side. It is safe to try a read again.",
    "unusable_text": "Some text holds characters that cannot be kept.",
    "too_often": "This was asked too often. Wait as long as Retry-After says.",
    "not_ready": "Something this depends on is not ready. Try again in a minute.",
    "store_busy": "Somebody else is writing. Nothing was stored: send the same again after Retry-After seconds.",
    "store_full": "Nothing can be stored at the moment. Reading goes on; send the same again later.",
    "store_read_only": "Nothing can be stored at the moment. Reading goes on; send the same again later.",
    "changed_meanwhile": "Somebody else changed this first. Read it again, then decide.",
    # fields
    "missing": "This field is needed.",
    "unknown_field": "There is no such field.",
    "unknown_choice": "This is not one of the values that can be used.",
    "unknown_strength": "Say helps or must.",
    "wrong_type": "This has the wrong type.",
    "wrong_form": "This is not written in the form that is asked for.",
    "not_a_number": "This must be a number.",
    "out_of_range": "This number is out of range.",
    "too_long": "This text is too long.",
    "too_short": "This text is too short.",
    "too_many": "There are too many items.",
    "too_few": "There are too few items.",
    "times_contradict": "The latest time lies before the earliest.",
    # places
    "place_missing": "Give a postcode, a part of one, or a town.",
    "place_too_long": "A place has at most {longest} characters.",
    "place_unknown": "We do not know this place.",
    "place_ambiguous": "There are several places of this name; say which.",
    "country": "There are no places for this country.",
    "term": "There is no such term.",
    "row": "There is no such row.",
    "group": "There is no such group.",
    "page": "There is nothing at this address.",
    # keys and referrals
    "key_missing": "Send your API key as Authorization: Bearer.",
    "key_unknown": "This API key is not known, or no longer works.",
    "not_allowed": "This key may not do that.",
    "idempotency_key": "Send an Idempotency-Key of 8 to 200 visible characters, new for each referral.",
    "idempotency_reused": "This Idempotency-Key was sent before, with another body.",
    "referral": "Nothing was stored. See errors, or look up the referral again.",
    "person": "Nothing was stored. See errors, or look up the person again.",
    "consent": "Nothing was stored. See errors, or look up the consent again.",
    "consent_for_link_work": "Without a group, the consent is for link_work.",
    "one_person": "Send either a person or a person_id.",
    "known_already": "Somebody like this is known. Send their person_id, or is_another.",
    "already_open": "This person has a referral that has not ended.",
    "words_changed": "These are not the words that are read out now. Read out those of this version.",
    "reference_taken": "Somebody has this reference already: see suggestions.",
    "public_number": "This looks like a number by which others know the person. Send one of your own system's.",
    "if_match_needed": "Read it first, and send its ETag as If-Match.",
    "no_yes": "Nothing is kept without the person's yes to that.",
    "nothing_answered": "Nothing was answered.",
    "licence_needed": "Others license this measure. Your organisation has to enter its licence first.",
    "in_future": "This lies in the future.",
    "assessment": "Nothing was stored. See errors.",
    "introduction": "Nothing was stored. See errors.",
    "plan": "Nothing was stored. See errors.",
    "goal": "Nothing was stored. See errors.",
    "plan_full": "There are {most} groups on the plan: take one off first.",
    "not_a_choice": "This is not one of those that can be chosen.",
    "asked_already": "This group was asked before.",
    "no_email": "This is not an e-mail address.",
    "no_text": "This is not a number that takes text messages.",
    "no_phone": "There is no number in it to ring.",
    "no_day": "This is not a day on which somebody alive was born.",
    "contact_needed": "Give one safe way to reach the person, or say contact_rule none.",
    "consent_needed": "Nobody is referred without their consent.",
    "consent_expired": "This consent has run out. Ask the person again.",
    "consent_items_missing": "The consent must cover what the group needs to answer: {items}.",
    "consent_for_another_group": "This consent was given for another group.",
    "in_the_future": "This lies in the future.",
    "representative_needed": "Say who decided for the person and why, if and only if somebody did.",
    "unknown_group": "There is no such group, or it takes nobody at the moment.",
    "group_not_joinable": "This group cannot be joined.",
    "group_full": "This group is full at the moment.",
    "group_not_checked": "This person may only be referred to a group whose organisation has been checked.",
    "not_allowed_from_here": "This cannot follow on the state it is in. Read it again, then decide.",
    "tick_needed": "Nobody has checked this group's papers yet. Say why you refer to it all the same.",
}
FALLBACK = "This cannot be used."


def sentence(code: str, params: Mapping[str, object]) -> str:
    """Return the English sentence of a code, with its figures where it has any."""
    words = SENTENCES.get(code, FALLBACK)
    try:
        return words.format_map(dict(params))
    except KeyError:
        return FALLBACK
