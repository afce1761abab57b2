#include "privacy/erasure_fates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "privacy/erasure.h"

namespace alting::privacy {
namespace {

constexpr std::array all_erasure_fates{
    // What one wrote, sent and received.
    Fate{"instance", FateBy::sent, "sent"},
    Fate{"draft", FateBy::drafts, "drafts"},
    Fate{"attachment", FateBy::sent, "sent"},
    Fate{"submission", FateBy::sent, "sent"},
    Fate{"draft_key_kept", FateBy::sent, "sent"},
    Fate{"message", FateBy::messages, "messages"},
    Fate{"message_file", FateBy::messages, "messages"},
    Fate{"message_count", FateBy::messages, "messages"},
    Fate{"message_form_reply", FateBy::messages, "messages"},
    Fate{"message_answer", FateBy::messages, "messages"},
    Fate{"message_answer_file", FateBy::messages, "messages"},
    Fate{"staged_file", FateBy::rows, "files", "holder", "staged_at"},
    Fate{"privacy_copy", FateBy::copies, "copies"},
    // What one chose, and how one is reached.
    Fate{"favourite_party", FateBy::rows, "choices", "user_id", "made_at"},
    Fate{"recent_party", FateBy::rows, "choices", "user_id", "used_at"},
    Fate{"own_address_code", FateBy::rows, "addresses", "person", "made_at"},
    Fate{"own_address", FateBy::rows, "addresses", "person", "added_at"},
    Fate{"own_address", FateBy::rows, "addresses", "organisation", "added_at"},
    Fate{"bounced_address", FateBy::rows, "addresses", "party", "bounced_at"},
    Fate{"contact_look_up", FateBy::rows, "look_ups", "person", "looked_up_at"},
    Fate{"rights_dispute", FateBy::rows, "disputes", "party", "since"},
    // What was typed, and where one was logged in.
    Fate{"login_kept_post", FateBy::rows, "sessions", "user_id", "kept_at"},
    Fate{"login_session", FateBy::rows, "sessions", "user_id", "started_at", "closed_at"},
    // What one looked at.
    Fate{"ledger_activity", FateBy::log, "reads"},
    Fate{"ledger_entry", FateBy::log, "reads"},
    Fate{"ledger_concerned", FateBy::stays, "log"},
    // That one was told: of a decision, whose time for a complaint runs from there.
    Fate{"notify_order", FateBy::stays, "notices"},
    Fate{"notify_attempt", FateBy::stays, "notices"},
    // Who one is here, as long as something names one.
    Fate{"party", FateBy::stays, "known"},
    Fate{"party_identifier", FateBy::stays, "known"},
    Fate{"person", FateBy::stays, "known"},
    Fate{"portal_user", FateBy::stays, "known"},
    Fate{"party_unnamed", FateBy::stays, "known"},
    Fate{"party_gone", FateBy::stays, "known"},
    // Copies of registers.
    Fate{"organisation", FateBy::stays, "registers"},
    Fate{"role_fact", FateBy::stays, "registers"},
    Fate{"open_role", FateBy::stays, "registers"},
    Fate{"local_folkeregister", FateBy::stays, "registers"},
    Fate{"local_number_change", FateBy::stays, "registers"},
    Fate{"local_krr", FateBy::stays, "registers"},
    Fate{"local_organisation_contact", FateBy::stays, "registers"},
    // Who may act for whom.
    Fate{"delegation_given", FateBy::stays, "access"},
    Fate{"delegation_received", FateBy::stays, "access"},
    Fate{"access_request", FateBy::stays, "access"},
    Fate{"access_block", FateBy::stays, "access"},
    Fate{"access_certificate", FateBy::stays, "access"},
    Fate{"access_certificate_rights", FateBy::stays, "access"},
    Fate{"login_client", FateBy::stays, "access"},
    Fate{"login_supplier", FateBy::stays, "access"},
    // Agencies'.
    Fate{"message_batch", FateBy::stays, "agency"},
    Fate{"event", FateBy::stays, "agency"},
    Fate{"event_subscription", FateBy::stays, "agency"},
    Fate{"correspondence_attachment", FateBy::stays, "agency"},
    // What keeps the service secure, for hours or days.
    Fate{"store_once", FateBy::stays, "security"},
    Fate{"quota_spent", FateBy::stays, "security"},
    Fate{"key_wrap", FateBy::stays, "security"},
    Fate{"erased_key", FateBy::stays, "security"},
    Fate{"person_lookup_failure", FateBy::stays, "security"},
    Fate{"login_certificate_turn", FateBy::stays, "security"},
    // What shows that rights were kept.
    Fate{"rights_request", FateBy::stays, "rights"},
    Fate{"access_restriction", FateBy::stays, "rights"},
    Fate{"access_restriction_opening", FateBy::stays, "rights"},
    Fate{"retention_hold", FateBy::stays, "rights"},
    Fate{"erasure_order", FateBy::stays, "rights"},
};

constexpr std::array all_erasure_stays{
    Staying{"agency", "personvernforordningen art. 17 nr. 3 bokstav b; arkivlova §§ 12 og 13", ""},
    Staying{"log", "personvernforordningen art. 17 nr. 3 bokstav b og e", "ledger.lasting"},
    Staying{"notices", "personvernforordningen art. 17 nr. 3 bokstav b og e; forvaltningsloven § 27", "notify.order"},
    // Its period begins when nothing names one any more, and nobody knows when that is.
    Staying{"known", "personvernforordningen art. 17 nr. 3 bokstav b", ""},
    Staying{"access",
            "personvernforordningen art. 17 nr. 3 bokstav b, jf. art. 6 nr. 1 bokstav e; eForvaltningsforskriften §§ 3 "
            "og 10",
            ""},
    Staying{"business", "personvernforordningen art. 17 nr. 3 bokstav b og e", ""},
    Staying{
        "registers",
        "personvernforordningen art. 17 nr. 3 bokstav b; folkeregisterloven § 10-1; enhetsregisterloven §§ 1 og 22; "
        "eForvaltningsforskriften § 29",
        ""},
    Staying{"rights", "personvernforordningen art. 5 nr. 2 og art. 17 nr. 3 bokstav e", ""},
    Staying{"security", "personvernforordningen art. 17 nr. 3 bokstav b, jf. art. 32", ""},
};

const terms::Subject* erased_by_column(const terms::Table& table, std::string_view column) {
  for (const auto& one : table.subjects)
    if (one.column == column && one.table.empty()) return &one;
  return nullptr;
}

}  // namespace

std::span<const Fate> erasure_fates() { return all_erasure_fates; }
std::span<const Staying> erasure_stays() { return all_erasure_stays; }

std::optional<store::Cell> cell_of(const terms::Table& table, std::string_view column, const ErasedSubject& subject) {
  const auto* found = erased_by_column(table, column);
  if (found == nullptr) throw std::logic_error(fmt::format("{}.{} is no subject of the catalogue", table.name, column));
  switch (found->form) {
    case terms::SubjectForm::party_id: return store::Cell(subject.party.value);
    case terms::SubjectForm::user_id:
      return subject.user_id == 0 ? std::nullopt : std::optional(store::Cell(subject.user_id));
    case terms::SubjectForm::holder: return store::Cell(fmt::format("party:{}", subject.party.value));
    default: throw std::logic_error(fmt::format("{}.{} does not say a party", table.name, column));
  }
}

std::vector<std::string> tables_without_fate(const store::Catalogue& catalogue) {
  std::vector<std::string> without;
  for (const auto* table : catalogue.tables()) {
    if (!table->is_personal() || table->subjects.empty()) continue;
    if (std::ranges::none_of(all_erasure_fates, [&](const Fate& fate) { return fate.table == table->name; }))
      without.emplace_back(table->name);
  }
  return without;
}

}  // namespace alting::privacy
