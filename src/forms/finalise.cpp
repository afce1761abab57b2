#include "forms/finalise.h"

#include "forms/deadlines.h"
#include "forms/hidden_data.h"

namespace alting::forms {

namespace {

// Taking values out may hide more; a few rounds settle it.
constexpr int max_rounds = 6;

// What the form is with other data than the reading has: a world and an evaluator of their own.
struct OtherData {
  OtherData(const FormDefinition& form, const FormContext& context)
      : world(form.world(context, context.data)),
        evaluator(world),
        requirements(form, context.supplement, deadlines_of(form, context, evaluator), evaluator) {}

  OtherData(const OtherData&) = delete;
  OtherData& operator=(const OtherData&) = delete;

  World world;
  Evaluator evaluator;
  Requirements requirements;
};

// The form itself, as it was before the addition.
struct WithoutSupplement {
  explicit WithoutSupplement(World of_addition) : world(std::move(of_addition)), evaluator(world) {
    world.supplement = false;
  }
  WithoutSupplement(const WithoutSupplement&) = delete;
  WithoutSupplement& operator=(const WithoutSupplement&) = delete;
  World world;
  Evaluator evaluator;
};

// Only what is hidden both in an addition and in the form itself is taken out: a field that an addition merely does not
// show keeps what was sent before.
std::vector<std::string> to_take_out(const FormContext& context, Evaluator& evaluator) {
  evaluator.renew_steps();
  auto hidden = hidden_paths(evaluator);
  if (!context.supplement || hidden.empty()) return hidden;
  WithoutSupplement plain(evaluator.world());
  auto list = hidden_paths(plain.evaluator);
  const std::set<std::string> in_form(std::make_move_iterator(list.begin()), std::make_move_iterator(list.end()));
  std::erase_if(hidden, [&](const auto& path) { return !in_form.contains(path); });
  return hidden;
}

// Promises for the data as it is to be sent: those made, those still open from before, and automatic ones: for answers
// that say that one does not know yet, and for what was left empty, unless each must be made explicitly.
std::vector<Later> promises(const FormDefinition& form, const FormContext& context, Evaluator& evaluator,
                            Requirements& requirements) {
  evaluator.renew_steps();
  auto places = visible_places(evaluator);
  if (context.supplement) {
    WithoutSupplement plain(evaluator.world());
    std::ranges::move(visible_places(plain.evaluator), std::back_inserter(places));
  }
  std::vector<Later> out;
  std::set<std::string> done;  // a field may stand on two pages
  for (const auto& place : places) {
    const auto& component = *place.component;
    auto path = place.answer_path();
    if (!component.kind || path.empty() || done.contains(path)) continue;
    const auto* value = value_at(context.data, path);
    const bool open_answer = opens(form, context, path, value);
    if (!open_answer && !is_empty(value)) continue;
    const auto* promised = component.deferrable || open_answer ? promise_at(context.later, path) : nullptr;
    if (promised == nullptr && context.supplement) promised = promise_at(context.open, path);
    const bool automatic =
        open_answer || (component.deferrable && !context.supplement && !requirements.later_required() &&
                        requirements.wanted_later(component, scope_of(form, component, place.rows)));
    if (promised == nullptr && !automatic) continue;  // where the field stands again it may be wanted
    out.push_back(promised != nullptr ? *promised : Later{path, "", true});
    done.insert(std::move(path));
  }
  return out;
}

}  // namespace

Final finalised(const FormDefinition& form, const FormContext& context, Evaluator& evaluator,
                Requirements& requirements) {
  FormContext sent = context;
  if (!sent.data.is_object()) sent.data = Json::object();
  std::optional<OtherData> other;  // of `sent`, once it differs from the context
  if (sent.data != context.data) other.emplace(form, sent);
  const auto look_again = [&] {
    other.reset();  // it borrows the data
    other.emplace(form, sent);
  };
  for (int round = 0; round < max_rounds; ++round) {
    const auto before = sent.data;
    if (!form.calculate(sent, sent.data).empty()) look_again();
    const auto calculated = sent.data;
    const auto hidden = to_take_out(sent, other ? other->evaluator : evaluator);
    if (!hidden.empty()) sent.data = without(std::move(sent.data), hidden, RowRemoval::delete_row);
    // Also where only what was calculated is taken out again: what is remembered is of data that had it.
    if (sent.data != calculated) look_again();
    if (sent.data == before) break;
  }
  Final out;
  out.later = promises(form, sent, other ? other->evaluator : evaluator, other ? other->requirements : requirements);
  // What the calculations say of promises (how many there are) is only right with all of them.
  other.reset();
  sent.later = out.later;
  form.calculate(sent, sent.data);
  out.data = form.folder().model.in_order(sent.data);
  return out;
}

}  // namespace alting::forms
