#include "instances/contested.h"

#include "instances/draft_content.h"

namespace alting::instances {

namespace {

using Values = std::map<std::string, std::optional<base::Json>>;
using At = FieldsByPath::const_iterator;

class Maker {
 public:
  explicit Maker(const ApplyFields& apply) : apply_(apply) {}

  void make(At from, At to, std::size_t count) {
    if (count == 0) return;
    PostedFields together;
    for (auto at = from; at != to; ++at) together.insert(together.end(), at->second.begin(), at->second.end());
    const auto data = refusals_ < most_refusals ? apply_(together) : base::Result<base::Json>(base::Error{});
    if (data || count == 1 || refusals_ >= most_refusals) {
      if (!data) ++refusals_;
      for (auto at = from; at != to; ++at) values_[at->first] = data ? value_in(*data, at->first) : std::nullopt;
      return;
    }
    ++refusals_;
    const auto middle = std::next(from, static_cast<std::ptrdiff_t>(count / 2));
    make(from, middle, count / 2);
    make(middle, to, count - count / 2);
  }
  [[nodiscard]] Values take() { return std::move(values_); }

 private:
  static std::optional<base::Json> value_in(const base::Json& data, const std::string& path) {
    const auto* value = find_path(data, path);
    return value == nullptr ? base::Json() : *value;
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
