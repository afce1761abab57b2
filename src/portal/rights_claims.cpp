// What a controller must judge: restriction, erasure of its copy, an objection, a question. Asked for, followed, taken back.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/typed_text.h"
#include "portal/restriction_told.h"
#include "portal/rights_view.h"
#include "portal/words.h"

namespace alting::portal {

using base::ErrorKind;
using html::el;
using html::text;
using privacy::NewRequest;
using privacy::RequestKind;
using privacy::RequestState;
using privacy::RequestTarget;

namespace {

namespace claim_field {
constexpr std::string_view right = "rett", what = "gjelder", ground = "grunn", words = "tekst", act = "gjor";
constexpr std::string_view again = "endre";
}  // namespace claim_field

constexpr int offered_items = 100;  // of each folder, the newest

// As it was typed, with what is wrong with it.
struct TypedClaim {
  RequestKind kind = RequestKind::other;
  std::string what, ground, words;
  std::string what_error = {}, ground_error = {}, words_error = {};
  std::string error = {};                  // about nothing that was typed
  bool restored = false, is_open = false;  // is_open: the same waits for an answer already
};

TypedClaim typed_claim(const Request& request, std::string_view right) {
  return {.kind = privacy::request_kind_from(right).value_or(RequestKind::other),
          .what = std::string(request.form_value(claim_field::what)),
          .ground = std::string(request.form_value(claim_field::ground)),
          .words = base::clean_lines(request.form_value(claim_field::words))};
}

// "all:dat", "instance:dat:<id>", "message:dat:<id>".
std::string all_at(std::string_view controller) { return "all:" + std::string(controller); }
void read_target(std::string_view value, NewRequest& into) {
  const auto colon = value.find(':');
  const auto kind = value.substr(0, colon);
  auto rest = colon == std::string_view::npos ? std::string_view() : value.substr(colon + 1);
  into.target.kind = kind == "instance"  ? RequestTarget::Kind::instance
                     : kind == "message" ? RequestTarget::Kind::message
                                         : RequestTarget::Kind::all;
  const auto next = rest.find(':');
  into.controller = rest.substr(0, next);
  if (next != std::string_view::npos) into.target.item = rest.substr(next + 1);
}

std::vector<std::string> agencies_with_services(const RightsView& view) {
  std::vector<std::string> all;
  for (const auto& app : view.uses.apps.services())
    if (std::ranges::find(all, app->facts().id.org) == all.end()) all.push_back(app->facts().id.org);
  return all;
}

std::string name_of_item(const RightsView& view, const inbox::Item& item) {
  const auto app = view.uses.apps.find(item.at.app);
  auto name = app ? app->title(view.language) : item.at.app.text();
  if (!item.caption.empty()) name += ": " + item.caption;
  return name + ", " + base::format_local(item.changed_at, base::TimeStyle::compact, view.language);
}

// All that a controller has, then what was sent and received, one by one.
std::vector<ui::Option> targets_of_claim(const RightsView& view, RequestKind kind) {
  std::vector<ui::Option> options;
  const auto group = view.t("rights.what.all");
  // Of what the portal itself keeps one erases oneself what can be erased.
  if (kind != RequestKind::erasure)
    options.push_back({.value = all_at(privacy::controller_operator), .label = view.site.run_by.name, .group = group});
  for (const auto& org : agencies_with_services(view))
    options.push_back({.value = all_at(org), .label = controller_name(view, view.uses.apps, org), .group = group});
  const auto scope = view.site.decider.scope(view.actor(), terms::Action::read, view.party->id);
  if (!scope) return options;
  for (const auto& [folder, words] :
       {std::pair{inbox::Folder::sent, "rights.what.sent"}, std::pair{inbox::Folder::received, "rights.what.received"},
        std::pair{inbox::Folder::archive, "rights.what.archived"}}) {
    const auto one_of = view.t(words);
    for (const auto& item : view.uses.inbox.list(*scope, {.folder = folder, .limit = offered_items}).rows) {
      const auto id = item.message ? "message:" + item.at.app.org + ":" + item.message->id.text()
                                   : "instance:" + item.at.app.org + ":" + item.at.id.text();
      options.push_back({.value = id, .label = name_of_item(view, item), .group = one_of});
    }
  }
  return options;
}

Html claim_fields(const RightsView& view, const TypedClaim& typed) {
  const auto id = "rights." + std::string(privacy::to_text(typed.kind));
  ui::Select what;
  what.name = claim_field::what;
  what.label = view.t("rights.what");
  what.options = targets_of_claim(view, typed.kind);
  what.value = typed.what.empty() && !what.options.empty() ? what.options.front().value : typed.what;
  what.error = typed.what_error;
  Html fields = ui::select(what);
  if (typed.kind == RequestKind::restriction) {
    ui::RadioGroup ground;
    ground.name = claim_field::ground;
    ground.label = view.t("rights.ground");
    for (const auto code : access::restriction_grounds)
      ground.options.push_back(
          {.value = std::string(code), .label = view.t("restriction.ground." + std::string(code))});
    ground.value = typed.ground;
    ground.error = typed.ground_error;
    ground.required = true;
    fields += ui::radio_group(ground);
  }
  ui::TextArea words;
  words.name = claim_field::words;
  words.label = view.t(id + ".words");
  words.description = view.t("rights.words.help");
  words.value = typed.words;
  words.rows = 6;
  words.max_length = static_cast<int>(privacy::longest_words);
  words.count_text = view.t("form.characters_left");
  words.error = typed.words_error;
  if (typed.kind == RequestKind::other || typed.kind == RequestKind::objection)
    words.required = true;
  else
    words.marker = view.t("form.marker.optional");
  return fields + ui::text_area(words);
}

Response show_claim_page(RightsView& view, const TypedClaim& typed) {
  const auto right = std::string(privacy::to_text(typed.kind));
  const auto title = view.t("rights." + right);
  std::vector<ui::FieldError> errors;
  for (const auto& [field, error] :
       {std::pair{claim_field::what, &typed.what_error}, std::pair{claim_field::ground, &typed.ground_error},
        std::pair{claim_field::words, &typed.words_error}})
    if (!error->empty()) errors.push_back({ui::field_id(field), *error});
  if (!typed.error.empty()) errors.push_back({{}, typed.error});
  Html content = ui::heading(1, title);
  if (!errors.empty()) content += ui::error_summary(view.t("form.errors"), errors);
  if (typed.is_open)
    content += ui::alert({.color = ui::Color::info,
                          .title = view.t("rights.open.title"),
                          .body = ui::paragraph(view.t("rights.open.text")) +
                                  el("p", ui::link(view.t("rights.open.see"), view.addresses().rights().page())) +
                                  el("p", ui::link(view.t("rights.other"), view.addresses().rights().claim("other")))});
  if (typed.restored) content += restored_notice(ui::alert(ui::Color::warning, view.t("rights.restored")));
  content += ui::prose(html::markdown(view.t("rights." + right + ".text")));
  auto form = view.kept_form(view.addresses().rights().claims(), true);
  form.hidden.emplace_back(claim_field::right, right);
  form.again = {std::string(claim_field::act), std::string(claim_field::again)};
  form.typed = !typed.words.empty();
  content += ui::post_form(form, claim_fields(view, typed) + ui::paragraph(view.t("rights.clock")) +
                                     ui::button_row(ui::button(view.t("rights.send")) +
                                                    ui::button_link(view.t("cancel"), view.addresses().rights().page(),
                                                                    ui::Variant::secondary)));
  return show_right(view,
                    {.title = title,
                     .crumbs = rights_crumbs(view, title),
                     .with_error = !errors.empty(),
                     .status = errors.empty() ? 200 : 422},
                    content);
}

// Where on the page an error is told; nullptr: it is about nothing that was typed.
std::string* place_of_error(TypedClaim& typed, const base::Error& error) {
  if (error.code == "error.rights.ground") return &typed.ground_error;
  if (error.code == "error.rights.words" || error.code == "error.rights.no_words") return &typed.words_error;
  if (error.code == "error.rights.item" || error.code == "error.rights.controller" || error.code == "error.rights.open")
    return &typed.what_error;
  if (error.code == "error.rights.too_many" || error.code == "error.rights.too_many_today") return &typed.error;
  return nullptr;
}

// ------------------------------------------------------------------------------------------- what was asked for

ui::Color color_of_request(RequestState state) {
  switch (state) {
    case RequestState::granted: return ui::Color::success;
    case RequestState::refused: return ui::Color::warning;
    case RequestState::withdrawn: return ui::Color::neutral;
    case RequestState::received: break;
  }
  return ui::Color::info;
}

Html target_in_words(const View& view, const privacy::RightsRequest& one, const PartyAddresses& at) {
  if (one.target.kind == RequestTarget::Kind::instance)
    if (const auto id = terms::InstanceId::parse(one.target.item))
      return ui::link(view.t("rights.target.instance"), at.matter(*id).page());
  if (one.target.kind == RequestTarget::Kind::message)
    if (const auto id = inbox::MessageId::parse(one.target.item))
      return ui::link(view.t("rights.target.message"), at.message(*id).page());
  return text(view.t("rights.target.all"));
}

Html clock_of_request(const View& view, const privacy::RightsRequest& one) {
  if (one.answered_at && one.state != RequestState::withdrawn)
    return el("div", text(view.t("rights.answered", {{"day", day_in_words(view, *one.answered_at)}})));
  if (one.answered_at)
    return el("div", text(view.t("rights.withdrawn", {{"day", day_in_words(view, *one.answered_at)}})));
  Html clock = el("div", text(view.t("rights.due", {{"day", day_in_words(view, one.due_at)}})));
  if (one.law_due_at != one.due_at)
    clock += el("div", text(view.t("rights.due.law", {{"day", day_in_words(view, one.law_due_at)}})));
  return clock;
}

Html state_of_claim(View& view, const privacy::RightsRequest& one, const PartyAddresses& at) {
  Html state = el("div", ui::tag(view.t("rights.state." + std::string(privacy::to_text(one.state))),
                                 color_of_request(one.state))) +
               clock_of_request(view, one);
  if (!one.refusal.empty()) {
    state += el("div", text(view.t("rights.refused." + one.refusal)));
    state += el("div", ui::link(view.t("rights.refused.complain"), complaint_address));
  }
  if (!one.answer.empty()) state += ui::details(view.t("rights.answer"), el("p", html::lines(one.answer)));
  if (one.state == RequestState::received)
    state += ui::confirm({.id = "trekk-" + one.id.text(),
                          .open_label = view.t("rights.withdraw"),
                          .about = view.t("rights.kind." + std::string(privacy::to_text(one.kind))),
                          .plain = true,
                          .title = view.t("rights.withdraw.title"),
                          .body = ui::paragraph(view.t("rights.withdraw.text")),
                          .form = view.form(at.rights().withdraw(one.id.text()), true),
                          .confirm = {.label = view.t("rights.withdraw.confirm"), .color = ui::Color::danger},
                          .cancel_label = view.t("cancel")});
  return state;
}

Html restrictions_table(const View& view, const RightsUses& uses, const std::vector<access::Restriction>& all) {
  std::vector<std::vector<Html>> rows;
  for (const auto& one : all) {
    Html state = el("div", text(view.t("rights.restricted.since", {{"day", day_in_words(view, one.since)}})));
    if (one.lifted_at)
      state += el("div", text(view.t("rights.restricted.lifted", {{"day", day_in_words(view, *one.lifted_at)}})));
    else if (one.lift_at)
      state += el("div", text(view.t("rights.restricted.ends", {{"day", day_in_words(view, *one.lift_at)}})));
    state += told_of_restriction(view, uses.apps, uses.orders, one, view.t("rights.you"));
    rows.push_back({text(controller_name(view, uses.apps, one.controller)),
                    text(view.t(one.item.empty() ? "rights.target.all" : "rights.target.one")),
                    text(view.t("restriction.ground." + one.ground)), std::move(state)});
  }
  return ui::table({.caption = view.t("rights.restricted"),
                    .hide_caption = true,
                    .columns = {{.name = view.t("rights.controller")},
                                {.name = view.t("rights.what")},
                                {.name = view.t("rights.ground")},
                                {.name = view.t("rights.state")}},
                    .rows = std::move(rows)});
}

}  // namespace

Response claim_page(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto right = view.request.query_value(parameter::right);
  const auto kept = view.kept();
  if (kept && (right.empty() || right == kept->form_value(claim_field::right))) {
    view.forget_kept(view.request.path);
    auto typed = typed_claim(*kept, kept->form_value(claim_field::right));
    typed.restored = true;
    return show_claim_page(view, typed);
  }
  TypedClaim fresh;
  fresh.kind = privacy::request_kind_from(view.request.query_value(parameter::right)).value_or(RequestKind::other);
  return show_claim_page(view, fresh);
}

Response make_claim(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  auto typed = typed_claim(view.request, view.request.form_value(claim_field::right));
  if (view.request.form_value(claim_field::act) == claim_field::again) return show_claim_page(view, typed);
  NewRequest wanted{.kind = typed.kind, .controller = {}, .target = {}, .ground = {}, .words = typed.words};
  read_target(typed.what, wanted);
  if (typed.kind == RequestKind::restriction) wanted.ground = typed.ground;
  const auto asked = view.uses.requests.ask(*permit, wanted, view.request.received, view.request.form_value("once"));
  if (!asked) {
    auto* place = place_of_error(typed, asked.error());
    if (place == nullptr) return view.fail(asked.error());
    *place = view.explain(asked.error());
    typed.is_open = asked.error().code == "error.rights.open";
    return show_claim_page(view, typed);
  }
  view.forget_kept(view.addresses().rights().claims());
  return web::redirect(view.after_post(view.addresses().rights().page()));
}

Response withdraw_claim(RightsView& view) {
  const auto permit = rights_permit(view, view.party->id);
  if (!permit) return view.fail(permit.error());
  const auto id = privacy::RequestId::parse(view.request.value(place::claim));
  if (!id) return view.fail(base::make_error(ErrorKind::not_found, "error.rights.unknown", "no id of a request"));
  const auto done = view.uses.requests.withdraw(*permit, *id, view.request.received, view.request.form_value("once"));
  if (!done) return view.fail(done.error());
  return web::redirect(view.after_post(view.addresses().rights().page()));
}

namespace {
Html own_words(const View& view, const std::string& words) {
  if (words.empty()) return {};
  return ui::details(view.t("rights.own_words"), el("p", {{"class", "answer-text"}}, html::lines(words)));
}
}  // namespace

Html claims_section(View& view, const RightsUses& uses, const terms::Permit& permit, const PartyAddresses& at) {
  std::vector<std::vector<Html>> rows;
  for (const auto& one : uses.requests.mine(permit))
    rows.push_back({text(view.t("rights.kind." + std::string(privacy::to_text(one.kind)))),
                    text(controller_name(view, uses.apps, one.controller)),
                    target_in_words(view, one, at) + own_words(view, one.words),
                    time_tag(view, one.asked_at, base::TimeStyle::date), state_of_claim(view, one, at)});
  Html content;
  if (!rows.empty())
    content += ui::section(view.t("rights.claims"), ui::table({.caption = view.t("rights.claims"),
                                                               .hide_caption = true,
                                                               .columns = {{.name = view.t("rights.which")},
                                                                           {.name = view.t("rights.controller")},
                                                                           {.name = view.t("rights.what")},
                                                                           {.name = view.t("rights.asked")},
                                                                           {.name = view.t("rights.state")}},
                                                               .rows = std::move(rows)}));
  const auto reading = view.site.decider.decide(view.actor(), terms::Action::represent, {.party = permit.party()});
  if (!reading) return content;
  const auto restricted = uses.restrictions.of_party(*reading);
  if (!restricted.empty())
    content += ui::section(view.t("rights.restricted"), restrictions_table(view, uses, restricted));
  return content;
}

}  // namespace alting::portal
