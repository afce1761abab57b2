#include "portal/notice_pages.h"

#include <map>

#include "portal/words.h"

namespace alting::portal {

using html::el;
using html::text;

namespace {

using NoticeView = ViewOf<NoticeUses>;

constexpr std::string_view cause_is_message = "message:";

using NoticeParties = std::map<terms::PartyId, parties::Party>;
NoticeParties parties_told(const NoticeView& view, const std::vector<notify::NoticeLine>& lines) {
  std::vector<terms::PartyId> ids;
  for (const auto& line : lines) ids.push_back(line.recipient);
  NoticeParties all;
  for (auto& party : view.site.parties.find_many(ids)) all.emplace(party.id, party);
  return all;
}

// A word for a code of the program's own; one that is new has none yet.
std::string word_for(const View& view, const std::string& id, const std::string& code) {
  return view.site.texts.has(id + code) ? view.t(id + code) : code;
}

std::string told_where(const View& view, const notify::NoticeLine& line) {
  if (line.masked.empty()) return view.t("mailbox.notice.no_address");
  return view.t(line.channel == "sms" ? "mailbox.notice.to_mobile" : "mailbox.notice.to_email",
                {{"address", line.masked}});
}

std::string outcome_in_words(const View& view, const notify::NoticeLine& line) {
  return word_for(view, "mailbox.notice.outcome.", std::string(notify::to_text(line.outcome)));
}

// What a mail server said, in its own words: for who looks for what went wrong.
std::string carrier_answer(const notify::NoticeLine& line) {
  return line.code + (line.code.empty() || line.words.empty() ? "" : " ") + line.words;
}

// Why: what it was about, where the address is from, and how old what the register said was.
Html why_told(const View& view, const notify::NoticeLine& line, const parties::Party* party) {
  Html why = ui::paragraph(word_for(view, "mailbox.notice.why.", line.template_name));
  if (!line.source.empty()) {
    auto from = word_for(view, "mailbox.notice.source.", line.source);
    if (line.confirmed_at)
      from += " " + view.t("mailbox.notice.confirmed",
                           {{"time", base::format_local(*line.confirmed_at, base::TimeStyle::date, view.language)}});
    why += ui::paragraph(from);
  }
  if (party != nullptr && line.cause.starts_with(cause_is_message))
    if (const auto id = inbox::MessageId::parse(std::string_view(line.cause).substr(cause_is_message.size())))
      why += el("p", ui::link(view.t("mailbox.notice.message"), PartyAddresses(party->uuid).message(*id).page()));
  if (const auto answer = carrier_answer(line); !answer.empty())
    why += ui::paragraph(view.t("mailbox.notice.carrier", {{"answer", answer}}));
  return ui::details(view.t("mailbox.notice.why"), why);
}

Html notice_body(const NoticeView& view, const notify::NoticeLine& line, const parties::Party* party) {
  std::vector<ui::Term> terms;
  if (party != nullptr) terms.push_back({view.t("activity.for"), text(party->name), {}});
  // A service that asks for a stronger login is not named to this one.
  if (line.service && !view.site.decider.withheld(view.actor(), *line.service)) {
    const auto app = view.uses.apps.find(*line.service);
    terms.push_back({view.t("mailbox.service"), text(app ? app->title(view.language) : line.service->text()), {}});
  }
  terms.push_back({view.t("mailbox.notice.where"), text(told_where(view, line)), {}});
  terms.push_back({view.t("mailbox.notice.outcome"), text(outcome_in_words(view, line)), {}});
  Html body = ui::description_list(terms);
  if (line.together > 1) body += ui::paragraph(view.plural("mailbox.notice.together", line.together));
  if (line.may_have_gone_twice) body += ui::paragraph(view.t("mailbox.notice.twice"));
  return body + why_told(view, line, party);
}

ui::Color color_of(notify::AttemptOutcome outcome) {
  using enum notify::AttemptOutcome;
  switch (outcome) {
    case accepted: return ui::Color::success;
    case refused:
    case bounced:
    case expired: return ui::Color::danger;
    case no_address:
    case reserved: return ui::Color::warning;
    case waiting:
    case sending:
    case withdrawn: break;
  }
  return ui::Color::neutral;
}

Html notices_list(const NoticeView& view, const notify::NoticePage& page) {
  const auto told = parties_told(view, page.rows);
  std::vector<ui::TimelineEvent> events;
  for (const auto& line : page.rows) {
    const auto found = told.find(line.recipient);
    events.push_back({.when = base::format_local(line.at, base::TimeStyle::full, view.language),
                      .when_iso = base::to_rfc3339(line.at),
                      .title = word_for(view, "mailbox.notice.of.", line.template_name),
                      .body = notice_body(view, line, found == told.end() ? nullptr : &found->second),
                      .color = color_of(line.outcome)});
  }
  return ui::timeline(events, view.t("mailbox.notices.list"));
}

Response notices_page(NoticeView& view) {
  const auto page = view.uses.orders.notices_of(view.actor(), view.request.query_value(parameter::after), 50);
  const auto title = view.t("mailbox.notices");
  Html content = ui::heading(1, title);
  content += ui::ingress(view.t("mailbox.notices.ingress"));
  if (page.rows.empty())
    content += ui::empty_state({.title = view.t("mailbox.notices.none"), .text = view.t("mailbox.notices.none.text")});
  else
    content += notices_list(view, page);
  if (!page.next.empty())
    content += ui::button_row(ui::button_link(
        view.t("list.more"), with_query(route::notices, {{parameter::after, page.next}}), ui::Variant::secondary));
  return view.show(
      {.title = title, .crumbs = {{view.t("profile.title"), std::string(route::profile)}, {title, "", true}}}, content);
}

// What is confidential is told of to nobody who was not given exactly that.
bool may_see(const NoticeView& view, const notify::NoticeLine& line) {
  return !line.confidential || !line.service ||
         view.site.decider
             .decide(view.actor(), terms::Action::read,
                     {.party = line.recipient,
                      .app = line.service,
                      .instance = {},
                      .task = "EndEvent_1",
                      .confidential = true})
             .has_value();
}

// What went to the addresses of a business, those of single persons aside, for everyone who represents it.
Response notices_of_party_page(NoticeView& view) {
  const auto permit = view.site.decider.decide(view.actor(), terms::Action::represent, {.party = view.party->id});
  if (!permit) return view.fail(permit.error());
  auto page = view.uses.orders.notices_of(*permit, view.request.query_value(parameter::after), 50);
  std::erase_if(page.rows, [&](const auto& line) { return !may_see(view, line); });
  const auto title = view.t("mailbox.notices.of", {{"party", view.party->name}});
  Html content = ui::heading(1, title) + ui::ingress(view.t("mailbox.notices.of.ingress"));
  if (page.rows.empty() && page.next.empty())
    content +=
        ui::empty_state({.title = view.t("mailbox.notices.none"), .text = view.t("mailbox.notices.of.none.text")});
  else
    content += notices_list(view, page);
  if (!page.next.empty())
    content += ui::button_row(ui::button_link(view.t("list.more"),
                                              with_query(view.addresses().notices(), {{parameter::after, page.next}}),
                                              ui::Variant::secondary));
  return view.show(
      {.title = title,
       .crumbs = {{view.t("contact.title", {{"party", view.party->name}}), view.addresses().contact_page()},
                  {title, "", true}}},
      content);
}

}  // namespace

PageSet notice_pages(const NoticeUses& uses) {
  return {.name = "notices",
          .routes = {personal_page(Method::get, route::notices, with(uses, notices_page)),
                     party_page(Method::get, route::party_notices, with(uses, notices_of_party_page))},
          .person_menu = {{.text = "menu.notices", .href = route::notices, .order = 15}},
          .words = {"mailbox.notices"}};
}

}  // namespace alting::portal
