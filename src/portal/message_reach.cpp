#include "portal/message_reach.h"

#include <algorithm>

namespace alting::portal {

using html::text;

namespace {

constexpr base::Duration looks_for = base::Duration::seconds(5);
constexpr std::string_view no_answer = "no_answer";

class Looking {
 public:
  Looking(const base::Clock& clock, notify::Reaching& reaching, const notify::ReachQuestion& question)
      : clock_(clock), reaching_(reaching), question_(question), ends_(clock.now() + looks_for) {}

  Reach at(const std::vector<parties::Party>& recipients) {
    std::vector<const parties::Party*> persons;
    for (const auto& party : recipients) {
      if (party.kind == parties::PartyKind::person)
        persons.push_back(&party);
      else
        some({&party});
    }
    for (std::size_t from = 0; from < persons.size(); from += parties::max_contacts_at_once)
      some({persons.begin() + static_cast<std::ptrdiff_t>(from),
            persons.begin() +
                static_cast<std::ptrdiff_t>(std::min(persons.size(), from + parties::max_contacts_at_once))});
    return std::move(reach_);
  }

 private:
  void some(const std::vector<const parties::Party*>& parties) {
    if (silent_ || clock_.now() > ends_) {
      reach_.not_looked_up += static_cast<std::int64_t>(parties.size());
      return;
    }
    std::vector<terms::PartyId> ids;
    for (const auto* one : parties) ids.push_back(one->id);
    const auto answers = reaching_.of(question_, ids);
    for (std::size_t i = 0; i < parties.size(); ++i) note(*parties[i], answers.at(i));
  }

  void note(const parties::Party& party, const notify::ReachAnswer& answer) {
    if (answer.noted) reach_.noted.insert(party.id);
    if (answer.by_mail) {
      ++reach_.by_mail;
    } else if (answer.reason == no_answer) {
      silent_ = true;
      ++reach_.not_looked_up;
    } else {
      ++reach_.without;
      if (reach_.missing.size() < shown_without_mail) reach_.missing.push_back({party, answer.reason});
    }
  }

  const base::Clock& clock_;
  notify::Reaching& reaching_;
  const notify::ReachQuestion& question_;
  base::Instant ends_;
  bool silent_ = false;  // a register does not answer
  Reach reach_;
};

std::string why_in_words(const View& view, const std::string& why) {
  if (why == "reserved") return view.t("sending.reach.reserved");
  if (why == "stale") return view.t("sending.reach.stale");
  if (why == "bounced") return view.t("sending.reach.bounced");
  if (why == "shared") return view.t("sending.reach.shared");
  return view.t("sending.reach.none");
}

}  // namespace

Reach reach_of(const base::Clock& clock, notify::Reaching& reaching, const notify::ReachQuestion& question,
               const std::vector<parties::Party>& recipients) {
  return Looking(clock, reaching, question).at(recipients);
}

Html reach_in_words(const View& view, const Reach& reach,
                    const std::function<std::string(const parties::Party&)>& name_of) {
  Html said = ui::paragraph(view.plural("sending.reach.by_mail", reach.by_mail));
  if (reach.not_looked_up > 0) said += ui::paragraph(view.plural("sending.reach.not_looked_up", reach.not_looked_up));
  if (reach.without == 0) return said;
  std::vector<Html> names;
  for (const auto& one : reach.missing) names.push_back(text(name_of(one.party) + ": " + why_in_words(view, one.why)));
  const auto more = reach.without - static_cast<std::int64_t>(reach.missing.size());
  if (more > 0) names.push_back(text(view.plural("sending.reach.more", more)));
  return said + ui::alert({.color = ui::Color::warning,
                           .title = view.plural("sending.reach.without", reach.without),
                           .body = ui::paragraph(view.t("sending.reach.without.text")) + ui::list(names)});
}

}  // namespace alting::portal
