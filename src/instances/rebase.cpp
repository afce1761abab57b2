#include "instances/rebase.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

namespace alting::instances {

namespace {

using Promises = std::map<std::string_view, const forms::Later*>;  // by path

Promises by_path(const std::vector<forms::Later>& all) {
  Promises promises;
  for (const auto& one : all) promises.emplace(one.path, &one);
  return promises;
}

const forms::Later* promise_of(const Promises& all, const forms::Path& path) {
  const auto found = all.find(path);
  return found == all.end() ? nullptr : found->second;
}

bool same_promises(const std::vector<forms::Later>& a, const std::vector<forms::Later>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.path == y.path && x.expected == y.expected; });
}

// What this person made of the promises in `base`, told of those that hold now.
std::vector<forms::Later> merge_promises(const std::vector<forms::Later>& base, const std::vector<forms::Later>& mine,
                                         const std::vector<forms::Later>& now) {
  std::vector<forms::Later> merged;
  const auto in_base = by_path(base), in_mine = by_path(mine), in_now = by_path(now);
  for (const auto& one : now) {
    const auto *was = promise_of(in_base, one.path), *made = promise_of(in_mine, one.path);
    if (was != nullptr && made == nullptr) continue;  // kept by this person
    const bool changed = made != nullptr && (was == nullptr || was->expected != made->expected);
    merged.push_back(changed ? *made : one);
  }
  for (const auto& one : mine)
    if (promise_of(in_now, one.path) == nullptr && promise_of(in_base, one.path) == nullptr) merged.push_back(one);
  return merged;
}

}  // namespace

void rebase_supplement(Draft& draft, const forms::App& app, const Matter& now) {
  if (now.data == draft.base && same_promises(now.later, draft.base_later)) return;
  draft.data = app.merge(now.data, app.changes(draft.base, draft.data));
  draft.later = merge_promises(draft.base_later, draft.later, now.later);
  draft.base = now.data;
  draft.base_later = now.later;
}

}  // namespace alting::instances
