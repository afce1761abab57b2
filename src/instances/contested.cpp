#include "instances/contested.h"

#include <algorithm>
#include <iterator>

#include "forms/path.h"

namespace alting::instances {

namespace {

using Values = std::map<forms::Path, std::optional<MadeValue>>;
using At = FieldsByPath::const_iterator;

class Maker {
 public:
  explicit Maker(const ApplyFields& apply) : apply_(apply) {}

  void make(At from, At to, std::size_t count) {
    if (count == 0) return;
    PostedFields together;
    for (auto at = from; at != to; ++at) together.insert(together.end(), at->second.begin(), at->second.end());
    const auto applied = refusals_ < max_refusals ? apply_(together) : base::Result<forms::Applied>(base::Error{});
    if (applied || count == 1 || refusals_ >= max_refusals) {
      if (!applied) ++refusals_;
      for (auto at = from; at != to; ++at) values_[at->first] = applied ? made_of(*applied, *at) : std::nullopt;
      return;
    }
    ++refusals_;
    const auto middle = std::next(from, static_cast<std::ptrdiff_t>(count / 2));
    make(from, middle, count / 2);
    make(middle, to, count - count / 2);
  }
  [[nodiscard]] Values take() { return std::move(values_); }

 private:
  static std::optional<MadeValue> made_of(const forms::Applied& applied, const FieldsByPath::value_type& posted) {
    const auto* value = forms::value_at(applied.data, posted.first);
    MadeValue made{value == nullptr ? base::Json() : *value, {}, {}};
    const auto promised = std::ranges::find(applied.later, posted.first, &forms::Later::path);
    if (promised != applied.later.end()) made.promised = *promised;
    for (const auto& field : posted.second)
      if (applied.rejected.contains(field.name)) made.unfit.push_back(field);
    return made;
  }
  const ApplyFields& apply_;
  Values values_;
  int refusals_ = 0;
};

}  // namespace

Values values_made(const FieldsByPath& contested, const ApplyFields& apply) {
  Maker maker(apply);
  maker.make(contested.begin(), contested.end(), contested.size());
  return maker.take();
}

}  // namespace alting::instances
