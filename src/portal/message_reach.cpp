#include "portal/message_reach.h"

#include <algorithm>
#include <optional>

namespace alting::portal {

using html::text;

namespace {

constexpr std::size_t shown_missing = 100;
constexpr base::Duration looks_for = base::Duration::seconds(5);

class Looking {
 public:
  Looking(const base::Clock& clock, parties::ContactPoints& contacts, const ReachQuestion& question)
      : clock_(clock), contacts_(contacts), question_(question), ends_(clock.now() + looks_for) {
    use_.purpose = parties::ContactPurpose::preview;
    use_.on_behalf_of = question.service.org;
    use_.ignore_reservation = question.ignore_reservation;
  }

  Reach all() {
    std::vector<const parties::Party*> persons;
    for (const auto& party : question_.recipients) {
      if (party.kind == parties::PartyKind::person)
        persons.push_back(&party);
      else
        organisation(party);
    }
    for (std::size_t from = 0; from < persons.size(); from += parties::max_contacts_at_once)
      some_persons({persons.begin() + static_cast<std::ptrdiff_t>(from),
                    persons.begin() +
                        static_cast<std::ptrdiff_t>(std::min(persons.size(), from + parties::max_contacts_at_once))});
    return std::move(reach_);
  }

 private:
  [[nodiscard]] bool is_over() const { return silent_ || clock_.now() > ends_; }

  void note(const parties::Party& party, std::optional<NoMail> why) {
    if (!why) {
      ++reach_.by_mail;
      return;
    }
    ++reach_.without;
    if (reach_.missing.size() < shown_missing) reach_.missing.push_back({party.name, *why});
  }

  void organisation(const parties::Party& party) {
    if (is_over()) {
      ++reach_.not_looked_up;
      return;
    }
    const auto contact = contacts_.of_organisation(party.id, use_);
    if (!contact) {
      silent_ = true;
      ++reach_.not_looked_up;
      return;
    }
    const auto works = [&](const std::string& address) {
      return !contacts_.is_bounced(contact->organisation, address);
    };
    const auto own = contacts_.own_for_sending(party.id, question_.service);
    if (std::ranges::any_of(contact->emails, works) ||
        std::ranges::any_of(own, [](const auto& one) { return one.kind == "email"; }))
      return note(party, std::nullopt);
    note(party, contact->emails.empty() ? NoMail::none : NoMail::bounced);
  }

  std::optional<NoMail> why_not(const parties::PersonContact& contact) {
    if (!contact.email.empty()) {
      if (contacts_.is_bounced(contact.person, contact.email, contact.email_confirmed)) return NoMail::bounced;
      return std::nullopt;
    }
    if (contact.reserved) return NoMail::reserved;
    return contact.email_stale ? NoMail::stale : NoMail::none;
  }

  void some_persons(const std::vector<const parties::Party*>& persons) {
    const auto count = static_cast<std::int64_t>(persons.size());
    if (is_over()) {
      reach_.not_looked_up += count;
      return;
    }
    std::vector<terms::PartyId> ids;
    for (const auto* one : persons) ids.push_back(one->id);
    const auto found = contacts_.of_persons(ids, use_);
    if (!found || found->size() != persons.size()) {
      silent_ = true;
      reach_.not_looked_up += count;
      return;
    }
    for (std::size_t i = 0; i < persons.size(); ++i) note(*persons[i], why_not((*found)[i]));
  }

  const base::Clock& clock_;
  parties::ContactPoints& contacts_;
  const ReachQuestion& question_;
  base::Instant ends_;
  parties::ContactUse use_;
  bool silent_ = false;  // a register does not answer
  Reach reach_;
};

std::string why_in_words(const View& view, NoMail why) {
  switch (why) {
    case NoMail::reserved: return view.t("sending.reach.reserved");
    case NoMail::stale: return view.t("sending.reach.stale");
    case NoMail::bounced: return view.t("sending.reach.bounced");
    case NoMail::none: break;
  }
  return view.t("sending.reach.none");
}

}  // namespace

Reach reach_of(const base::Clock& clock, parties::ContactPoints& contacts, const ReachQuestion& question) {
  return Looking(clock, contacts, question).all();
}

Html reach_in_words(const View& view, const Reach& reach) {
  Html said = ui::paragraph(view.plural("sending.reach.by_mail", reach.by_mail));
  if (reach.not_looked_up > 0) said += ui::paragraph(view.plural("sending.reach.not_looked_up", reach.not_looked_up));
  if (reach.without == 0) return said;
  std::vector<Html> names;
  for (const auto& one : reach.missing) names.push_back(text(one.name + ": " + why_in_words(view, one.why)));
  const auto more = reach.without - static_cast<std::int64_t>(reach.missing.size());
  if (more > 0) names.push_back(text(view.plural("sending.reach.more", more)));
  return said + ui::alert({.color = ui::Color::warning,
                           .title = view.plural("sending.reach.without", reach.without),
                           .body = ui::paragraph(view.t("sending.reach.without.text")) + ui::list(names)});
}

}  // namespace alting::portal
