#include "portal/inbox_many.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>

#include "inbox/archive_copy.h"
#include "instances/kept_deleted.h"
#include "portal/form_paper.h"
#include "portal/inbox_filter.h"
#include "portal/inbox_rows.h"
#include "portal/message_permit.h"

namespace alting::portal {

using base::ErrorKind;
using html::text;

namespace {

constexpr std::size_t max_chosen = inbox::max_copied;  // as many as a page shows, at the most

constexpr std::array<ManyAct, 5> all_acts{ManyAct::archive, ManyAct::take_back, ManyAct::discard, ManyAct::remove,
                                          ManyAct::copy};

std::optional<ManyAct> act_chosen(const Request& request) {
  const auto posted = request.form_value(many_field::act);
  for (const auto act : all_acts)
    if (posted == to_text(act)) return act;
  return std::nullopt;
}

// Of a row: what it is called, and why it was not done.
struct NotDone {
  std::string name, why;
};
struct Outcome {
  std::int64_t done = 0;
  std::vector<NotDone> not_done;
};

std::vector<ChosenRow> chosen_of(const Request& request) {
  std::vector<ChosenRow> chosen;
  for (const auto key : request.form_values(parameter::chosen))
    if (std::ranges::find(chosen, key, &ChosenRow::key) == chosen.end()) chosen.push_back(chosen_row(key));
  return chosen;
}

// What the list calls the rows that one may see; of the others, nothing.
using RowNames = std::map<std::string, std::string>;
RowNames names_of(const InboxView& view, const std::vector<ChosenRow>& chosen) {
  RowNames names;
  const auto scope = inbox_scope(view, terms::Action::read);
  if (!scope) return names;
  std::vector<terms::InstanceId> forms;
  std::vector<inbox::MessageId> messages;
  for (const auto& one : chosen) {
    if (one.form) forms.push_back(*one.form);
    if (one.message) messages.push_back(*one.message);
  }
  const auto add = [&](const inbox::Item& item) {
    auto name = name_of_row(view, view.uses.apps, item);
    names[row_key(view, item)] = view.party ? std::move(name) : item.party_name + ": " + name;
  };
  for (auto& row : view.uses.inbox.rows(*scope, forms)) add({std::move(row), std::nullopt});
  for (const auto& item : view.uses.inbox.messages(*scope, messages)) add(item);
  return names;
}
std::string name_in(const InboxView& view, const RowNames& names, const ChosenRow& row) {
  const auto found = names.find(row.key);
  return found == names.end() ? view.t("inbox.many.unknown") : found->second;
}

// Whose row it is: of the party that the address names, or the row itself where they are many.
std::optional<parties::Party> party_of(const InboxView& view, const ChosenRow& row) {
  if (view.party) return row.party ? std::nullopt : view.party;
  return row.party ? view.site.parties.find(*row.party) : std::nullopt;
}

base::Error no_such_row() { return base::make_error(ErrorKind::not_found, "error.instance.not_found"); }

bool is_in_deleted(const InboxView& view) {
  return folder_of(view.request.form_value(many_field::folder)) == inbox::Folder::deleted;
}

std::string_view once_in(const InboxView& view, const ChosenRow& row) {
  return view.request.form_value(many_field::once_of(row.key));
}

base::Status discard_one(const InboxView& view, const ChosenRow& row, const parties::Party& party) {
  const auto once = once_in(view, row);
  const auto allowed = view.uses.permits.allow_draft(view.actor(), party.id, *row.form, terms::Action::remove);
  if (allowed) return view.uses.drafts.discard(allowed->permit, view.request.received, once);
  // A POST that comes again when the draft is gone gets the first answer.
  const bool gone = allowed.error().kind == ErrorKind::not_found;
  if (gone && view.site.was_done(once, view.actor(), instances::draft_discarded)) return {};
  return allowed.error();
}

// What lies under Deleted goes for good; of a business what is shown elsewhere goes there first, and can be had back.
base::Status remove_form(const InboxView& view, const ChosenRow& row, const parties::Party& party) {
  const auto once = once_in(view, row);
  const auto allowed = view.uses.permits.allow(view.actor(), party.id, *row.form, terms::Action::remove);
  if (!allowed) {
    const bool gone = allowed.error().kind == ErrorKind::not_found;
    if (gone && view.site.was_done(once, view.actor(), instances::form_removed)) return {};
    return allowed.error();
  }
  if (allowed->at.state == instances::State::draft)
    return base::make_error(ErrorKind::conflict, "error.inbox.not_sent");
  const auto how = is_in_deleted(view) ? instances::Deleting::How::for_good : instances::Deleting::How::as_usual;
  return view.uses.deleting.remove(allowed->permit, view.request.received, once, how);
}

base::Status do_with_form(const InboxView& view, ManyAct act, const ChosenRow& row, const parties::Party& party) {
  if (act == ManyAct::discard) return discard_one(view, row, party);
  if (act == ManyAct::remove) return remove_form(view, row, party);
  ALTING_TRY(allowed, view.uses.permits.allow(view.actor(), party.id, *row.form, terms::Action::remove));
  if (allowed.at.state == instances::State::draft) return base::make_error(ErrorKind::conflict, "error.inbox.not_sent");
  if (act == ManyAct::take_back && allowed.at.state == instances::State::deleted)
    return view.uses.deleting.bring_back(allowed.permit, view.request.received);
  const bool there = (allowed.at.state == instances::State::archived) == (act == ManyAct::archive);
  if (there) return {};  // as when the post comes again
  return view.uses.matters.archive(allowed.permit, act == ManyAct::archive, view.request.received);
}

base::Status do_with_message(const InboxView& view, ManyAct act, const ChosenRow& row, const parties::Party& party) {
  if (act == ManyAct::discard) return no_such_row();
  const auto at = view.request.received;
  const auto once = once_in(view, row);
  const auto allowed = allow_message(view, view.uses.messages, party.id, row.message, terms::Action::remove);
  if (!allowed) {
    const bool gone = act == ManyAct::remove && allowed.error().kind == ErrorKind::not_found;
    if (gone && view.site.was_done(once, view.actor(), inbox::message_removed)) return {};
    return allowed.error();
  }
  if (act == ManyAct::remove) return view.uses.messages.remove(allowed->permit, *row.message, at, once);
  return act == ManyAct::archive ? view.uses.messages.archive(allowed->permit, *row.message, at)
                                 : view.uses.messages.take_back(allowed->permit, *row.message, at);
}

base::Status do_one(const InboxView& view, ManyAct act, const ChosenRow& row) {
  const auto party = party_of(view, row);
  if (!party || (!row.form && !row.message)) return no_such_row();
  return row.form ? do_with_form(view, act, row, *party) : do_with_message(view, act, row, *party);
}

Outcome do_all(const InboxView& view, ManyAct act, const std::vector<ChosenRow>& chosen) {
  const auto names = names_of(view, chosen);  // of what is thrown away nothing is known afterwards
  Outcome outcome;
  for (const auto& one : chosen) {
    if (const auto done = do_one(view, act, one))
      ++outcome.done;
    else
      outcome.not_done.push_back({name_in(view, names, one), view.explain(done.error())});
  }
  return outcome;
}

std::string words_of_act(ManyAct act, std::string_view which) {
  return "inbox.many." + std::string(to_text(act)) + "." + std::string(which);
}

// What deleting does to these, each named with what becomes of it: a person's go at once, and so do those that a business has
// deleted before. An agency's copy of a form stays.
Html what_removing_does(const InboxView& view, const std::vector<ChosenRow>& chosen) {
  const auto known = names_of(view, chosen);
  std::vector<Html> at_once, later;
  bool forms = false, messages = false;
  std::set<std::string> agencies;
  for (const auto& one : chosen) {
    const auto party = party_of(view, one);
    const bool goes = party && (party->kind == parties::PartyKind::person || is_in_deleted(view));
    (goes ? at_once : later).push_back(text(name_in(view, known, one)));
    (one.form ? forms : messages) = true;
    if (!one.form || !party) continue;
    const auto allowed = view.uses.permits.allow(view.actor(), party->id, *one.form, terms::Action::remove);
    const auto app = allowed ? view.uses.apps.find(allowed->at.app) : nullptr;
    if (app) agencies.insert(app->controller(view.language).name);
  }
  const auto day = day_it_goes(view, instances::goes_for_good(view.now()));
  Html all;
  if (!at_once.empty()) all += ui::paragraph(view.t("inbox.many.gone.at_once")) + ui::list(at_once);
  if (!later.empty()) all += ui::paragraph(view.t("inbox.many.gone.later", {{"day", day}})) + ui::list(later);
  if (messages) all += ui::paragraph(view.t("inbox.many.gone.senders"));
  if (forms) all += ui::paragraph(view.t("inbox.many.gone.whole"));
  for (const auto& agency : agencies) all += ui::paragraph(view.t("deleting.agency_keeps", {{"agency", agency}}));
  if (forms) all += ui::paragraph(view.t("deleting.receipts"));
  return all;
}

// Of each matter one row, for it goes whole: a second one of it would find nothing any more.
std::vector<ChosenRow> one_of_each_matter(const InboxView& view, const std::vector<ChosenRow>& chosen) {
  std::vector<ChosenRow> rows;
  std::set<terms::InstanceId> roots;
  for (const auto& one : chosen) {
    const auto party = one.form ? party_of(view, one) : std::nullopt;
    if (party) {
      const auto allowed = view.uses.permits.allow(view.actor(), party->id, *one.form, terms::Action::remove);
      if (allowed && !roots.insert(allowed->at.root).second) continue;
    }
    rows.push_back(one);
  }
  return rows;
}

Response confirm_destroying(InboxView& view, ManyAct act, const std::vector<ChosenRow>& chosen,
                            const std::string& back) {
  const auto count = static_cast<std::int64_t>(chosen.size());
  const auto title = view.plural(words_of_act(act, "title"), count);
  auto form = view.form(chosen_rows_address(view));
  form.hidden = posted_inbox_fields(view);
  form.hidden.emplace_back(many_field::act, to_text(act));
  form.hidden.emplace_back(many_field::confirmed, parameter::yes);
  for (const auto& one : act == ManyAct::remove ? one_of_each_matter(view, chosen) : chosen) {
    form.hidden.emplace_back(parameter::chosen, one.key);
    form.hidden.emplace_back(many_field::once_of(one.key), view.new_post_id());
  }
  Html content = ui::heading(1, title);
  if (act == ManyAct::discard) {
    const auto known = names_of(view, chosen);
    std::vector<Html> names;
    for (const auto& one : chosen) names.push_back(text(name_in(view, known, one)));
    content += ui::ingress(view.t("draft.delete.text")) + ui::list(names);
  } else {
    content += what_removing_does(view, chosen);
  }
  content += ui::post_form(form, ui::button_row(ui::button({.label = view.plural(words_of_act(act, "confirm"), count),
                                                            .color = ui::Color::danger}) +
                                                ui::button_link(view.t("cancel"), back, ui::Variant::secondary)));
  return view.show({.title = title}, content);
}

Response tell_outcome(InboxView& view, ManyAct act, const Outcome& outcome, const std::string& back) {
  const auto title = view.plural(words_of_act(act, "done"), outcome.done);
  Html content = ui::heading(1, title);
  if (!outcome.not_done.empty()) {
    std::vector<ui::Term> terms;
    for (const auto& one : outcome.not_done) terms.push_back({one.name, text(one.why), {}});
    content +=
        ui::alert({.color = ui::Color::warning,
                   .title = view.plural("inbox.many.not_done", static_cast<std::int64_t>(outcome.not_done.size())),
                   .body = ui::description_list(terms),
                   .urgent = true});
  }
  content += ui::button_row(ui::button_link(view.t("inbox.many.back"), back));
  return view.show({.title = title, .with_error = outcome.done == 0}, content);
}

base::Result<inbox::ArchiveCopy::Item> readable(const InboxView& view, const ChosenRow& row) {
  const auto party = party_of(view, row);
  if (!party || (!row.form && !row.message)) return no_such_row();
  if (row.message) {
    ALTING_TRY(allowed, allow_message(view, view.uses.messages, party->id, row.message, terms::Action::read));
    return inbox::ArchiveCopy::Item{std::move(allowed.permit), row.message};
  }
  ALTING_TRY(allowed, view.uses.permits.allow(view.actor(), party->id, *row.form, terms::Action::read));
  if (allowed.at.state == instances::State::draft) return base::make_error(ErrorKind::conflict, "error.inbox.not_sent");
  return inbox::ArchiveCopy::Item{std::move(allowed.permit), std::nullopt};
}

inbox::ArchiveCopy copier(const InboxView& view) {
  const auto paper = [&texts = view.site.texts, by = view.site.run_by.name](
                         const forms::App& app, const instances::Submission& sent, Language language) {
    return submission_pdf(Spoken{texts, language}, by, app, sent);
  };
  const auto& uses = view.uses;
  return inbox::ArchiveCopy(
      {uses.messages, uses.matters, uses.attachments, uses.ledger, uses.apps, view.site.texts, paper});
}

// All that was chosen, or nothing: who keeps it elsewhere must know that it is whole.
Response copied_rows(InboxView& view, const std::vector<ChosenRow>& chosen, const std::string& back) {
  std::vector<inbox::ArchiveCopy::Item> items;
  Outcome refused;
  RowNames names;
  for (const auto& one : chosen) {
    auto item = readable(view, one);
    if (item) {
      items.push_back(std::move(*item));
      continue;
    }
    if (refused.not_done.empty()) names = names_of(view, chosen);
    refused.not_done.push_back({name_in(view, names, one), view.explain(item.error())});
  }
  if (!refused.not_done.empty()) return tell_outcome(view, ManyAct::copy, refused, back);
  const auto at = view.request.received;
  auto response = web::download("alting-" + base::to_date_oslo(at) + ".zip", "application/zip", "");
  response.source = [copies = copier(view), items = std::move(items), language = view.language,
                     at](const auto& write) mutable {
    if (!copies.write(items, language, at, write)) throw std::runtime_error("a copy of the inbox cannot be written");
  };
  return response;
}

}  // namespace

namespace many_field {
std::string once_of(std::string_view id) { return "once:" + std::string(id); }
}  // namespace many_field

std::string_view to_text(ManyAct act) {
  switch (act) {
    case ManyAct::archive: return "archive";
    case ManyAct::take_back: return "take_back";
    case ManyAct::discard: return "discard";
    case ManyAct::remove: return "remove";
    case ManyAct::copy: return "copy";
  }
  return "";
}

Response with_chosen(InboxView& view) {
  const auto back = posted_inbox_address(view);
  if (view.request.form_value(many_field::act) == nothing_act) return web::redirect(back);
  const auto act = act_chosen(view.request);
  const auto chosen = chosen_of(view.request);
  if (!act || chosen.empty()) {
    Html content = ui::heading(1, view.t("inbox.many.none"));
    content += ui::ingress(view.t("inbox.many.none.text"));
    content += ui::button_row(ui::button_link(view.t("inbox.many.back"), back));
    return view.show({.title = view.t("inbox.many.none"), .with_error = true, .status = 422}, content);
  }
  if (chosen.size() > max_chosen)
    return view.fail(base::make_error(ErrorKind::too_large, "error.inbox.too_many", "more than one page of rows"));
  if (*act == ManyAct::copy) return copied_rows(view, chosen, back);
  const bool destroys = *act == ManyAct::discard || *act == ManyAct::remove;
  if (destroys && view.request.form_value(many_field::confirmed) != parameter::yes)
    return confirm_destroying(view, *act, chosen, back);
  return tell_outcome(view, *act, do_all(view, *act, chosen), back);
}

}  // namespace alting::portal
