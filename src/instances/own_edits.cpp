#include "instances/own_edits.h"

#include <algorithm>
#include <set>
#include <utility>

#include "forms/path.h"
#include "instances/contested.h"
#include "instances/matched_rows.h"

namespace alting::instances {

using base::Json;
using Part = forms::FieldName::Part;

namespace {

std::string as_text(const Json* value) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return value->as_string();
  if (value->is_number()) return value->number_text();
  if (value->is_array()) {
    std::string all;
    for (const auto& item : value->items()) all += (all.empty() ? "" : ", ") + as_text(&item);
    return all;
  }
  return value->dump();
}

bool is_promised(const PostedFields& own) {
  return std::ranges::any_of(own,
                             [](const auto& field) { return field.name.part == Part::promise && !field.text.empty(); });
}

// What was typed in the field itself; a promise is no text.
std::string posted_text(const PostedFields& own) {
  std::string all;
  for (const auto& [name, text] : own)
    if (!text.empty() && name.part != Part::promise) all += (all.empty() ? "" : ", ") + text;
  return all;
}

FieldsByPath grouped(std::vector<forms::PostedField> fields) {
  FieldsByPath by_path;
  for (auto& field : fields) by_path[field.name.path].push_back(std::move(field));
  return by_path;
}

// What was typed for a row that is gone. What stood there when the page was made was not touched.
std::vector<Conflict> conflicts_of_lost(std::vector<forms::PostedField> lost, const Seen& seen) {
  std::vector<Conflict> conflicts;
  for (auto& [path, own] : grouped(std::move(lost))) {
    const auto then = seen.find(path);
    const bool promised = is_promised(own) && !(then != seen.end() && is_of_promise(then->second));
    std::erase_if(own, [](const auto& field) { return field.name.part == Part::promise_date; });
    const auto typed = posted_text(own);
    const Json text(typed), number(base::JsonNumber{typed});
    const bool untouched =
        typed.empty() ||
        (then != seen.end() && (is_of_answer(then->second, &text) || is_of_answer(then->second, &number)));
    if (untouched && !promised) continue;
    conflicts.push_back({.path = path, .mine = typed, .mine_later = promised && typed.empty(), .row_gone = true});
  }
  return conflicts;
}

// What the post makes of a field that somebody else has changed too; nothing when this person has not touched it.
std::optional<Conflict> conflict_of(const forms::FormContext& there, const forms::Path& path, const PostedFields& own,
                                    const std::optional<MadeValue>& value, const std::string& seen,
                                    const std::string& stored) {
  if (!value)  // it may be changed no longer
    return Conflict{.path = path, .mine = posted_text(own), .mine_later = is_promised(own) && posted_text(own).empty()};
  const auto mine = fingerprint(&value->value, value->promised ? &*value->promised : nullptr);
  // What fits no field is in no data to be told by; it was not touched when it stands there from before.
  const bool typed = std::ranges::any_of(value->unfit, [&](const auto& field) {
    const auto before = there.rejected.find(field.name);
    return before == there.rejected.end() || before->second != field.text;
  });
  if (!typed && (!value->unfit.empty() || mine == seen || mine == stored)) return std::nullopt;
  return Conflict{.path = path,
                  .mine = typed ? posted_text(value->unfit) : as_text(&value->value),
                  .fields = own,
                  .seen = seen,
                  .stored = stored,
                  .mine_later = !typed && value->promised && forms::is_empty(&value->value)};
}

}  // namespace

OwnEdits own_edits(forms::Reading& reading, const forms::Posted& posted, const Seen& seen) {
  const auto& there = reading.context();
  const Fingerprints prints(there.data, there.later);
  auto matched = match_rows(prints, posted, seen);
  OwnEdits edits{.conflicts = conflicts_of_lost(std::move(matched.lost), seen)};
  std::map<std::string, std::string, std::less<>> changed_by_others;  // path -> the fingerprint there is now
  for (const auto& [path, print] : matched.seen) {
    if (auto now = prints.at(path); now != print) changed_by_others.emplace(path, std::move(now));
  }
  if (changed_by_others.empty()) {
    edits.posted = std::move(matched.posted);
    return edits;
  }
  // What the post alone would make of the data tells what this person touched.
  FieldsByPath contested;
  for (auto& [path, own] : grouped(std::move(matched.posted.fields))) {
    if (changed_by_others.contains(path))
      contested.emplace(path, std::move(own));
    else
      edits.posted.fields.insert(edits.posted.fields.end(), own.begin(), own.end());
  }
  edits.posted.row_actions = std::move(matched.posted.row_actions);
  const auto made = values_made(contested, [&](const PostedFields& some) { return reading.apply({some, {}}); });
  for (const auto& [path, own] : contested) {
    edits.theirs.push_back(path);
    if (auto conflict =
            conflict_of(there, path, own, made.at(path), matched.seen.at(path), changed_by_others.find(path)->second))
      edits.conflicts.push_back(std::move(*conflict));
  }
  return edits;
}

}  // namespace alting::instances
