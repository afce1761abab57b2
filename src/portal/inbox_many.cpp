#include "portal/inbox_many.h"

#include <algorithm>
#include <array>
#include <map>

#include "portal/inbox_rows.h"

namespace alting::portal {

using base::ErrorKind;
using html::text;

namespace {

constexpr std::size_t max_chosen = 100;  // as many as a page shows, at the most

constexpr std::array<ManyAct, 3> all_acts{ManyAct::archive, ManyAct::take_back, ManyAct::discard};

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

std::vector<std::string> chosen_of(const Request& request) {
  std::vector<std::string> chosen;
  for (const auto id : request.form_values(parameter::chosen))
    if (std::ranges::find(chosen, id) == chosen.end()) chosen.emplace_back(id);
  return chosen;
}

// What the list calls the rows that one may see; of the others, nothing.
using RowNames = std::map<std::string, std::string>;
RowNames names_of(const InboxView& view, const std::vector<std::string>& chosen) {
  RowNames names;
  const auto scope = view.site.decider.scope(view.actor(), terms::Action::read, view.party->id);
  if (!scope) return names;
  std::vector<terms::InstanceId> ids;
  for (const auto& one : chosen)
    if (const auto id = terms::InstanceId::parse(one)) ids.push_back(*id);
  for (const auto& row : view.uses.inbox.rows(*scope, ids)) {
    const auto when = base::format_local(row.created_at, base::TimeStyle::compact, view.language);
    names[row.at.id.text()] =
        title_of_row(view, view.uses.apps, row) + " · " +
        (row.archive_reference.empty() ? view.t("inbox.begun", {{"time", when}}) : row.archive_reference);
  }
  return names;
}
std::string name_in(const InboxView& view, const RowNames& names, const std::string& id) {
  const auto found = names.find(id);
  return found == names.end() ? view.t("inbox.many.unknown") : found->second;
}

base::Status discard_one(const InboxView& view, const terms::InstanceId& id) {
  const auto once = view.request.form_value(many_field::once_of(id.text()));
  const auto allowed = view.uses.permits.allow_draft(view.actor(), view.party->id, id, terms::Action::remove);
  if (allowed) return view.uses.drafts.discard(allowed->permit, view.request.received, once);
  // A POST that comes again when the draft is gone gets the first answer.
  const bool gone = allowed.error().kind == ErrorKind::not_found;
  if (gone && view.site.was_done(once, view.actor(), instances::draft_discarded)) return {};
  return allowed.error();
}

base::Status do_one(const InboxView& view, ManyAct act, const terms::InstanceId& id) {
  if (act == ManyAct::discard) return discard_one(view, id);
  ALTING_TRY(allowed, view.uses.permits.allow(view.actor(), view.party->id, id, terms::Action::remove));
  if (allowed.at.state == instances::State::draft) return base::make_error(ErrorKind::conflict, "error.inbox.not_sent");
  const bool there = (allowed.at.state == instances::State::archived) == (act == ManyAct::archive);
  if (there) return {};  // as when the post comes again
  return view.uses.matters.archive(allowed.permit, act == ManyAct::archive, view.request.received);
}

Outcome do_all(const InboxView& view, ManyAct act, const std::vector<std::string>& chosen) {
  const auto names = names_of(view, chosen);  // of what is thrown away nothing is known afterwards
  Outcome outcome;
  for (const auto& one : chosen) {
    const auto id = terms::InstanceId::parse(one);
    const auto done =
        id ? do_one(view, act, *id) : base::Status(base::make_error(ErrorKind::not_found, "error.instance.not_found"));
    if (done)
      ++outcome.done;
    else
      outcome.not_done.push_back({name_in(view, names, one), view.explain(done.error())});
  }
  return outcome;
}

std::string words_of_act(ManyAct act, std::string_view which) {
  return "inbox.many." + std::string(to_text(act)) + "." + std::string(which);
}

Response confirm_discarding(InboxView& view, const std::vector<std::string>& chosen, const std::string& back) {
  const auto count = static_cast<std::int64_t>(chosen.size());
  const auto title = view.plural("inbox.many.discard.title", count);
  auto form = view.form(view.addresses().chosen_rows());
  form.hidden = {{std::string(many_field::act), std::string(to_text(ManyAct::discard))},
                 {std::string(many_field::confirmed), std::string(parameter::yes)},
                 {std::string(many_field::folder), std::string(view.request.form_value(many_field::folder))}};
  const auto known = names_of(view, chosen);
  std::vector<Html> names;
  for (const auto& one : chosen) {
    form.hidden.emplace_back(parameter::chosen, one);
    form.hidden.emplace_back(many_field::once_of(one), view.new_post_id());
    names.push_back(text(name_in(view, known, one)));
  }
  Html content = ui::heading(1, title);
  content += ui::ingress(view.t("draft.delete.text"));
  content += ui::list(names);
  content += ui::post_form(form, ui::button_row(ui::button({.label = view.plural("inbox.many.discard.confirm", count),
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

}  // namespace

namespace many_field {
std::string once_of(std::string_view id) { return "once:" + std::string(id); }
}  // namespace many_field

std::string_view to_text(ManyAct act) {
  switch (act) {
    case ManyAct::archive: return "archive";
    case ManyAct::take_back: return "take_back";
    case ManyAct::discard: return "discard";
  }
  return "";
}

Response with_chosen(InboxView& view) {
  const auto back = view.addresses().inbox(folder_of(view.request.form_value(many_field::folder)));
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
  if (*act == ManyAct::discard && view.request.form_value(many_field::confirmed) != parameter::yes)
    return confirm_discarding(view, chosen, back);
  return tell_outcome(view, *act, do_all(view, *act, chosen), back);
}

}  // namespace alting::portal
