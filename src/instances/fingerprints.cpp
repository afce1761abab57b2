#include "instances/fingerprints.h"

#include "crypto/hash.h"
#include "forms/path.h"

namespace alting::instances {

using base::Json;

namespace {
constexpr std::string_view no_answer = "-", of_promise = "later";  // no digest begins so
constexpr std::string_view beside = "+";
}  // namespace

std::string fingerprint(const Json* value) {
  if (value == nullptr || value->is_null() || (value->is_string() && value->as_string().empty()) ||
      (value->is_array() && value->items().empty()))
    return std::string(no_answer);
  return base::to_hex(crypto::sha256(value->dump()).substr(0, 5));
}

std::string fingerprint(const Json* value, const forms::Later* promised) {
  auto print = fingerprint(value);
  if (promised == nullptr) return print;
  return (print == no_answer ? "" : print + std::string(beside)) + std::string(of_promise) + promised->expected;
}

bool is_of_answer(std::string_view print, const Json* value) {
  return print.substr(0, print.find(beside)) == fingerprint(value);
}

bool is_of_promise(std::string_view print) { return print.find(of_promise) != std::string_view::npos; }

std::string fingerprint_at(const Json& data, std::string_view path, const forms::Later* promised) {
  if (!path.ends_with("[]")) return fingerprint(forms::value_at(data, path), promised);
  const auto* list = forms::value_at(data, path.substr(0, path.size() - 2));
  return std::to_string(list != nullptr && list->is_array() ? list->items().size() : 0);
}

Fingerprints::Fingerprints(const Json& data, const std::vector<forms::Later>& later) : data_(data) {
  for (const auto& one : later) later_.emplace(one.path, &one);
}

std::string Fingerprints::at(std::string_view path) const {
  const auto promised = later_.find(path);
  return fingerprint_at(data_, path, promised == later_.end() ? nullptr : promised->second);
}

Seen seen_of_form(const forms::App& app, const Seen& seen) {
  Seen of_form;
  for (const auto& [path, print] : seen)
    if (app.shows(path)) of_form.emplace_hint(of_form.end(), path, print);
  return of_form;
}

}  // namespace alting::instances
