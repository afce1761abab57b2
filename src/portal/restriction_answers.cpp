// One request to an agency, and its answer: granted, which for a restriction restricts at once, or refused with a reason.
#include "base/text.h"
#include "base/typed_text.h"
#include "portal/restriction_view.h"
#include "portal/words.h"

namespace alting::portal {

using html::text;
using privacy::ControllersRequest;
using privacy::RequestKind;
using privacy::RequestState;

namespace {

namespace claim_answer_field {
constexpr std::string_view act = "gjor", grant = "godta", refuse = "avsla", reason = "grunn", words = "tekst";
}  // namespace claim_answer_field

struct TypedClaimAnswer {
  std::string act, reason, words;
  std::string reason_error = {}, words_error = {};
  bool restored = false;
};

TypedClaimAnswer typed_claim_answer(const Request& request) {
  return {.act = std::string(request.form_value(claim_answer_field::act)),
          .reason = std::string(request.form_value(claim_answer_field::reason)),
          .words = base::clean_lines(request.form_value(claim_answer_field::words))};
}

Html facts_of_claim(const RestrictionView& view, const RestrictionStaff& staff, const ControllersRequest& one) {
  std::vector<ui::Term> terms{
      {view.t("restriction.who"), text(one.party_name), {}},
      {view.t("restriction.what"), item_of_claim(view, staff, one.party_uuid, one.target.item), {}},
      {view.t("restriction.asked"), text(claim_day(view, one.asked_at)), {}},
      {view.t("restriction.due"), text(claim_day(view, one.due_at)), {}}};
  if (one.law_due_at != one.due_at)
    terms.push_back({view.t("restriction.due.law"), text(claim_day(view, one.law_due_at)), {}});
  if (!one.ground.empty())
    terms.push_back({view.t("restriction.why"), text(view.t("restriction.ground." + one.ground)), {}});
  if (!one.words.empty()) terms.push_back({view.t("restriction.words"), html::lines(one.words), {}});
  terms.push_back(
      {view.t("agency.state"), text(view.t("rights.state." + std::string(privacy::to_text(one.state)))), {}});
  if (!one.refusal.empty())
    terms.push_back({view.t("restriction.refusal"), text(view.t("rights.refused." + one.refusal)), {}});
  if (!one.answer.empty()) terms.push_back({view.t("restriction.answer"), html::lines(one.answer), {}});
  if (one.answered_at && !one.answered_by.empty())
    terms.push_back({view.t("restriction.answered_by"), text(one.answered_by), {}});
  return ui::description_list(terms);
}

Html answer_form(RestrictionView& view, const RestrictionStaff& staff, const ControllersRequest& one,
                 const TypedClaimAnswer& typed) {
  ui::TextArea words;
  words.name = claim_answer_field::words;
  words.label = view.t("restriction.answer.words");
  words.description = view.t("restriction.answer.words.help");
  words.value = typed.words;
  words.rows = 5;
  words.max_length = static_cast<int>(privacy::longest_words);
  words.count_text = view.t("restriction.open.why.left");
  words.error = typed.words_error;
  const bool question = one.kind == RequestKind::other;
  if (!question) words.marker = view.t("form.marker.optional");
  ui::Select reason;
  reason.name = claim_answer_field::reason;
  reason.label = view.t("restriction.refuse.reason");
  reason.empty_label = view.t("restriction.refuse.none");
  for (const auto code : privacy::refusal_codes)
    reason.options.push_back({.value = std::string(code), .label = view.t("rights.refused." + std::string(code))});
  reason.value = typed.reason;
  reason.error = typed.reason_error;
  const auto act = [](std::string_view value, std::string label, ui::Variant variant) {
    return ui::button({.label = std::move(label),
                       .variant = variant,
                       .name = std::string(claim_answer_field::act),
                       .value = std::string(value)});
  };
  const bool restricts = one.kind == RequestKind::restriction;
  const std::string_view granting = restricts  ? "restriction.grant"
                                    : question ? "restriction.reply"
                                               : "restriction.grant.other";
  return (question ? Html()
                   : ui::paragraph(view.t(restricts ? "restriction.grant.text" : "restriction.grant.other.text"))) +
         ui::post_form(
             view.kept_form(staff.addresses().claim(one.id.text()), true),
             ui::text_area(words) +
                 ui::button_row(act(claim_answer_field::grant, view.t(granting), ui::Variant::primary)) +
                 ui::select(reason) +
                 ui::button_row(act(claim_answer_field::refuse, view.t("restriction.refuse"), ui::Variant::secondary)));
}

Response show_agency_claim(RestrictionView& view, const RestrictionStaff& staff, const ControllersRequest& one,
                           const TypedClaimAnswer& typed) {
  const auto title = view.t("rights." + std::string(privacy::to_text(one.kind)));
  std::vector<ui::FieldError> errors;
  for (const auto& [field, error] : {std::pair{claim_answer_field::words, &typed.words_error},
                                     std::pair{claim_answer_field::reason, &typed.reason_error}})
    if (!error->empty()) errors.push_back({ui::field_id(field), *error});
  Html content = ui::heading(1, title);
  if (!errors.empty()) content += ui::error_summary(view.t("form.errors"), errors);
  if (typed.restored) content += restored_notice(ui::alert(ui::Color::warning, view.t("restriction.restored")));
  content += facts_of_claim(view, staff, one);
  if (one.state == RequestState::received)
    content += ui::section(view.t("restriction.answer"), answer_form(view, staff, one, typed));
  return view.show({.title = title,
                    .crumbs = claim_crumbs(view, staff, one.party_name),
                    .with_error = !errors.empty(),
                    .status = errors.empty() ? 200 : 422},
                   content);
}

struct NamedClaim {
  RestrictionStaff staff;
  ControllersRequest claim;
};
base::Result<NamedClaim> claim_named(const RestrictionView& view) {
  ALTING_TRY(staff, claims_staff(view));
  const auto id = privacy::RequestId::parse(view.request.value(place::claim));
  if (!id) return base::make_error(base::ErrorKind::not_found, "error.rights.unknown");
  ALTING_TRY(claim, view.uses.requests.find(staff.scope, *id));
  return NamedClaim{std::move(staff), std::move(claim)};
}

}  // namespace

Response agency_claim_page(RestrictionView& view) {
  const auto named = claim_named(view);
  if (!named) return view.fail(named.error());
  const auto kept = view.take_kept();
  auto typed = kept ? typed_claim_answer(*kept) : TypedClaimAnswer();
  typed.restored = kept.has_value();
  return show_agency_claim(view, named->staff, named->claim, typed);
}

Response answer_agency_claim(RestrictionView& view) {
  const auto named = claim_named(view);
  if (!named) return view.fail(named.error());
  const auto& [staff, claim] = *named;
  auto typed = typed_claim_answer(view.request);
  privacy::RequestAnswer answer{.granted = typed.act == claim_answer_field::grant, .refusal = {}, .words = typed.words};
  if (!answer.granted) answer.refusal = typed.reason;
  access::Restrictions::Imposing also;
  if (answer.granted && claim.kind == RequestKind::restriction) {
    auto imposing = view.uses.restrictions.prepare(
        {&staff.scope, {}},
        {.party = claim.party, .item = claim.target.item, .ground = claim.ground, .request = claim.id.text()},
        view.request.received);
    if (!imposing) return view.fail(imposing.error());
    also = *std::move(imposing);
  }
  const auto done = view.uses.requests.answer(staff.scope, claim.id, answer, view.request.received,
                                              view.request.form_value("once"), also);
  if (done) {
    view.forget_kept(view.request.path);
    return web::redirect(view.after_post(staff.addresses().page()));
  }
  if (done.error().code == "error.rights.refusal")
    typed.reason_error = view.explain(done.error());
  else if (done.error().code == "error.rights.words" || done.error().code == "error.rights.no_answer")
    typed.words_error = view.explain(done.error());
  else
    return view.fail(done.error());
  return show_agency_claim(view, staff, claim, typed);
}

}  // namespace alting::portal
