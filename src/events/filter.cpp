#include "events/filter.h"

#include <algorithm>
#include <array>

namespace alting::events {
namespace {

bool is_digits(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// `rest` of `text` after `prefix`, or nothing.
std::optional<std::string_view> after(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

base::Error refused(std::string_view name) {
  return base::make_error(base::ErrorKind::invalid, "error.events.filter", "a filter that no event can have",
                          {{"filter", std::string(name)}});
}

bool is_one_of_ours(std::string_view type) { return std::ranges::find(type::in_feeds, type) != type::in_feeds.end(); }

// The whole, or its beginning up to a '/': "https://portal.example/dat" has not to do with ".../data".
bool begins(std::string_view whole, std::string_view beginning) {
  while (beginning.ends_with('/')) beginning.remove_suffix(1);
  return whole.starts_with(beginning) && (whole.size() == beginning.size() || whole[beginning.size()] == '/');
}

bool fits(std::string_view wanted, std::string_view own, std::string_view of_parent, bool with_parent) {
  return wanted.empty() || wanted == own || (with_parent && !of_parent.empty() && wanted == of_parent);
}

}  // namespace

base::Status check_filter(const Filter& filter) {
  const std::array<std::pair<std::string_view, std::string_view>, 5> all{
      {{"sourceFilter", filter.source},
       {"resourceFilter", filter.resource},
       {"subjectFilter", filter.subject},
       {"alternativeSubjectFilter", filter.alternative_subject},
       {"typeFilter", filter.type}}};
  for (const auto& [name, text] : all)
    if (text.size() > longest_filter || std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; }))
      return refused(name);
  if (!filter.source.empty() && !after(filter.source, "https://") && !after(filter.source, "http://"))
    return refused("sourceFilter");
  if (!filter.resource.empty() && !after(filter.resource, "urn:altinn:resource:")) return refused("resourceFilter");
  if (!filter.subject.empty() && !is_digits(after(filter.subject, "/party/").value_or(""), 1, 10))
    return refused("subjectFilter");
  if (!filter.alternative_subject.empty() && !is_digits(after(filter.alternative_subject, "/org/").value_or(""), 9, 9))
    return refused("alternativeSubjectFilter");
  if (!filter.type.empty() && !is_one_of_ours(filter.type)) return refused("typeFilter");
  if (filter.include_subunits && filter.subject.empty() && filter.alternative_subject.empty())
    return refused("includeSubunits");
  return {};
}

bool matches(const Filter& filter, const Event& event, std::string_view public_url) {
  if (!filter.type.empty() && filter.type != event.type) return false;
  if (!filter.source.empty() && !begins(source_of(event, public_url), filter.source)) return false;
  if (!filter.resource.empty() && filter.resource != resource_of(event)) return false;
  Event parent;
  if (event.parent) parent.party = *event.parent;
  parent.organisation = event.parent_organisation;
  const bool above = filter.include_subunits && event.parent.has_value();
  return fits(filter.subject, subject_of(event), subject_of(parent), above) &&
         fits(filter.alternative_subject, alternative_subject_of(event), alternative_subject_of(parent), above);
}

}  // namespace alting::events
