#include "forms/jmespath.h"

#include "base/text.h"
#include "forms/decimal.h"
#include "forms/functions.h"
#include "forms/jmespath_parser.h"

namespace alting::forms {

namespace {

using jmes::Kind;
using jmes::Query;

// Thrown to leave a query from any depth; it never leaves this file.
struct QueryFault {
  std::string message;
};

bool is_true(const Json& value) {
  if (value.is_null()) return false;
  if (value.is_bool()) return value.as_bool();
  if (value.is_string()) return !value.as_string().empty();
  return value.is_number() || value.size() > 0;
}

bool equal_values(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return code_text(a) == code_text(b);
  if (a.is_array() && b.is_array())
    return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), equal_values);
  if (a.is_object() && b.is_object()) {
    return a.size() == b.size() && std::ranges::all_of(a.members(), [&](const auto& member) {
             const auto* other = b.find(member.first);
             return other != nullptr && equal_values(member.second, *other);
           });
  }
  return a == b;
}

Json number(std::string text) { return {base::JsonNumber{std::move(text)}}; }

class Runner {
 public:
  Json run(const Query& query, const Json& at) {
    if (++steps_ > 1'000'000) throw QueryFault{"the query takes too long"};
    const auto& parts = query.parts;
    switch (query.kind) {
      case Kind::current: return at;
      case Kind::field: return at[query.name];
      case Kind::literal: return query.value;
      case Kind::index: return index(at, *query.numbers[0]);
      case Kind::slice: return slice(at, query);
      case Kind::projection: return project(run(parts[0], at), parts[1]);
      case Kind::flatten: return flatten(run(parts[0], at), parts[1]);
      case Kind::values: return values(run(parts[0], at), parts[1]);
      case Kind::filter: return filter(run(parts[0], at), query);
      case Kind::subexpression:
      case Kind::pipe: return run(parts[1], run(parts[0], at));
      case Kind::either: {
        auto left = run(parts[0], at);
        return is_true(left) ? left : run(parts[1], at);
      }
      case Kind::both: {
        auto left = run(parts[0], at);
        return is_true(left) ? run(parts[1], at) : left;
      }
      case Kind::negation: return Json(!is_true(run(parts[0], at)));
      case Kind::comparison: return compared(query.name, run(parts[0], at), run(parts[1], at));
      case Kind::list: return list(query, at);
      case Kind::hash: return hash(query, at);
      case Kind::call: return call(query, at);
      case Kind::reference: throw QueryFault{"a reference stands where a value is wanted"};
    }
    return {};
  }

 private:
  static Json index(const Json& at, std::int64_t wanted) {
    if (!at.is_array()) return {};
    auto size = static_cast<std::int64_t>(at.size());
    if (wanted < 0) wanted += size;
    return wanted < 0 || wanted >= size ? Json() : at.items()[static_cast<std::size_t>(wanted)];
  }

  static Json slice(const Json& at, const Query& query) {
    if (!at.is_array()) return {};
    auto get = [&](std::size_t i) { return i < query.numbers.size() ? query.numbers[i] : std::nullopt; };
    auto size = static_cast<std::int64_t>(at.size());
    auto by = get(2).value_or(1);
    if (by == 0) throw QueryFault{"the step of a slice is 0"};
    auto bound = [&](std::optional<std::int64_t> value, std::int64_t fallback) {
      if (!value) return fallback;
      auto place = *value < 0 ? *value + size : *value;
      return std::clamp<std::int64_t>(place, by < 0 ? -1 : 0, by < 0 ? size - 1 : size);
    };
    auto from = bound(get(0), by < 0 ? size - 1 : 0), to = bound(get(1), by < 0 ? -1 : size);
    Json out = Json::array();
    for (auto i = from; by > 0 ? i < to : i > to; i += by) out.push_back(at.items()[static_cast<std::size_t>(i)]);
    return out;
  }

  Json project(const Json& list, const Query& each) {
    if (!list.is_array()) return {};
    Json out = Json::array();
    for (const auto& item : list.items()) keep(out, run(each, item));
    return out;
  }
  static void keep(Json& out, Json value) {
    if (!value.is_null()) out.push_back(std::move(value));
  }

  Json flatten(const Json& list, const Query& each) {
    if (!list.is_array()) return {};
    Json flat = Json::array();
    for (const auto& item : list.items()) {
      if (!item.is_array())
        flat.push_back(item);
      else
        for (const auto& inner : item.items()) flat.push_back(inner);
    }
    return project(flat, each);
  }

  Json values(const Json& object, const Query& each) {
    if (!object.is_object()) return {};
    Json out = Json::array();
    for (const auto& [name, member] : object.members()) keep(out, run(each, member));
    return out;
  }

  Json filter(const Json& list, const Query& query) {
    if (!list.is_array()) return {};
    Json out = Json::array();
    for (const auto& item : list.items()) {
      if (is_true(run(query.parts[2], item))) keep(out, run(query.parts[1], item));
    }
    return out;
  }

  static Json compared(std::string_view op, const Json& a, const Json& b) {
    if (op == "==") return Json(equal_values(a, b));
    if (op == "!=") return Json(!equal_values(a, b));
    if (!a.is_number() || !b.is_number()) return {};
    auto order = compare(code_text(a), code_text(b));
    if (op == "<") return Json(order < 0);
    if (op == "<=") return Json(order <= 0);
    if (op == ">") return Json(order > 0);
    return Json(order >= 0);
  }

  Json list(const Query& query, const Json& at) {
    if (at.is_null()) return {};
    Json out = Json::array();
    for (const auto& part : query.parts) out.push_back(run(part, at));
    return out;
  }

  Json hash(const Query& query, const Json& at) {
    if (at.is_null()) return {};
    Json out = Json::object();
    for (std::size_t i = 0; i < query.parts.size(); ++i) out.set(query.names[i], run(query.parts[i], at));
    return out;
  }

  // --- functions

  struct Call {
    const Query& query;
    std::vector<Json> args;  // null where a reference stands
    Runner& runner;
    [[nodiscard]] const base::JsonArray& list(std::size_t i) const {
      if (!args[i].is_array()) throw QueryFault{fmt::format("{}: argument {} must be an array", query.name, i + 1)};
      return args[i].items();
    }
    [[nodiscard]] const std::string& text(std::size_t i) const {
      if (!args[i].is_string()) throw QueryFault{fmt::format("{}: argument {} must be a string", query.name, i + 1)};
      return args[i].as_string();
    }
    [[nodiscard]] std::string decimal(const Json& value) const {
      if (!value.is_number()) throw QueryFault{fmt::format("{}: a number is wanted", query.name)};
      return code_text(value);
    }
    [[nodiscard]] std::vector<std::pair<Json, Json>> keyed(std::size_t list_at, std::size_t reference_at) const {
      const auto& reference = query.parts[reference_at];
      if (reference.kind != Kind::reference)
        throw QueryFault{fmt::format("{}: argument {} must be an expression &...", query.name, reference_at + 1)};
      std::vector<std::pair<Json, Json>> out;
      for (const auto& item : list(list_at)) out.emplace_back(runner.run(reference.parts[0], item), item);
      return out;
    }
  };
  using Body = Json (*)(const Call&);
  struct Entry {
    std::string_view name;
    std::size_t min_args, max_args;
    Body body;
  };

  static bool before(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) return compare(code_text(a), code_text(b)) < 0;
    if (a.is_string() && b.is_string()) return a.as_string() < b.as_string();
    throw QueryFault{"only numbers among numbers and strings among strings have an order"};
  }
  static Json total(const Call& call) {
    std::string sum = "0";
    for (const auto& item : call.list(0)) sum = add(sum, call.decimal(item));
    return number(sum);
  }
  static Json pick(const Call& call, bool largest) {
    const auto& list = call.list(0);
    if (list.empty()) return {};
    auto found = largest ? std::max_element(list.begin(), list.end(), before)
                         : std::min_element(list.begin(), list.end(), before);
    return *found;
  }
  static Json pick_by(const Call& call, bool largest) {
    auto keyed = call.keyed(0, 1);
    if (keyed.empty()) return {};
    auto order = [](const auto& a, const auto& b) { return before(a.first, b.first); };
    auto found = largest ? std::max_element(keyed.begin(), keyed.end(), order)
                         : std::min_element(keyed.begin(), keyed.end(), order);
    return found->second;
  }
  static Json length(const Call& call) {
    const auto& value = call.args[0];
    if (value.is_string()) return Json(static_cast<std::int64_t>(base::code_points(value.as_string())));
    if (!value.is_array() && !value.is_object()) throw QueryFault{"length: a string, an array or an object is wanted"};
    return Json(static_cast<std::int64_t>(value.size()));
  }
  static Json contains(const Call& call) {
    if (call.args[0].is_string())
      return Json(call.args[1].is_string() && call.text(0).find(call.text(1)) != std::string::npos);
    return Json(std::ranges::any_of(call.list(0), [&](const auto& item) { return equal_values(item, call.args[1]); }));
  }
  static Json joined(const Call& call) {
    std::string out;
    for (const auto& item : call.list(1)) {
      if (!item.is_string()) throw QueryFault{"join: strings are wanted"};
      if (&item != &call.list(1).front()) out += call.text(0);
      out += item.as_string();
    }
    return Json(out);
  }
  static Json members(const Call& call, bool names) {
    if (!call.args[0].is_object()) throw QueryFault{fmt::format("{}: an object is wanted", call.query.name)};
    Json out = Json::array();
    for (const auto& [name, member] : call.args[0].members()) out.push_back(names ? Json(name) : member);
    return out;
  }
  static Json merged(const Call& call) {
    Json out = Json::object();
    for (const auto& arg : call.args) {
      if (!arg.is_object()) throw QueryFault{"merge: objects are wanted"};
      for (const auto& [name, member] : arg.members()) out.set(name, member);
    }
    return out;
  }
  static Json sorted(const Call& call) {
    auto list = call.list(0);
    std::stable_sort(list.begin(), list.end(), before);
    return Json(std::move(list));
  }
  static Json sorted_by(const Call& call) {
    auto keyed = call.keyed(0, 1);
    std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return before(a.first, b.first); });
    Json out = Json::array();
    for (auto& [key, item] : keyed) out.push_back(std::move(item));
    return out;
  }
  static Json mapped(const Call& call) {
    Json out = Json::array();
    for (auto& [key, item] : call.keyed(1, 0)) out.push_back(key);
    return out;
  }
  static Json reversed(const Call& call) {
    if (call.args[0].is_array()) return Json(base::JsonArray(call.list(0).rbegin(), call.list(0).rend()));
    std::string out;
    const auto& text = call.text(0);
    for (std::size_t end = text.size(); end > 0;) {
      auto start = end - 1;
      while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80) --start;
      out += text.substr(start, end - start);
      end = start;
    }
    return Json(out);
  }
  static Json type(const Call& call) {
    const auto& value = call.args[0];
    if (value.is_null()) return Json("null");
    if (value.is_bool()) return Json("boolean");
    if (value.is_number()) return Json("number");
    if (value.is_string()) return Json("string");
    return Json(value.is_array() ? "array" : "object");
  }
  static Json to_number(const Call& call) {
    if (call.args[0].is_number()) return call.args[0];
    auto text = call.args[0].is_string() ? to_decimal(call.args[0].as_string()) : std::nullopt;
    return text ? number(*text) : Json();
  }
  static Json to_array(const Call& call) {
    if (call.args[0].is_array()) return call.args[0];
    Json out = Json::array();
    out.push_back(call.args[0]);
    return out;
  }
  static Json first_not_null(const Call& call) {
    for (const auto& arg : call.args) {
      if (!arg.is_null()) return arg;
    }
    return {};
  }
  static Json rounded(const Call& call, bool up) {
    auto value = call.decimal(call.args[0]);
    auto whole = value.substr(0, value.find('.'));
    if (is_whole(value)) return number(value);
    bool negative = value.starts_with('-');
    if (whole == "-0") whole = "0";
    if (up && !negative) return number(add(whole, "1"));
    if (!up && negative) return number(subtract(whole, "1"));
    return number(whole);
  }

  Json call(const Query& query, const Json& at) {
    static constexpr Entry entries[] = {
        {"abs", 1, 1,
         [](const Call& c) {
           auto d = c.decimal(c.args[0]);
           return number(d.starts_with('-') ? d.substr(1) : d);
         }},
        {"avg", 1, 1,
         [](const Call& c) {
           return c.list(0).empty()
                      ? Json()
                      : number(divide(total(c).number_text(), std::to_string(c.list(0).size())).value_or("0"));
         }},
        {"ceil", 1, 1, [](const Call& c) { return rounded(c, true); }},
        {"contains", 2, 2, contains},
        {"ends_with", 2, 2, [](const Call& c) { return Json(c.text(0).ends_with(c.text(1))); }},
        {"floor", 1, 1, [](const Call& c) { return rounded(c, false); }},
        {"join", 2, 2, joined},
        {"keys", 1, 1, [](const Call& c) { return members(c, true); }},
        {"length", 1, 1, length},
        {"map", 2, 2, mapped},
        {"max", 1, 1, [](const Call& c) { return pick(c, true); }},
        {"max_by", 2, 2, [](const Call& c) { return pick_by(c, true); }},
        {"merge", 1, 100, merged},
        {"min", 1, 1, [](const Call& c) { return pick(c, false); }},
        {"min_by", 2, 2, [](const Call& c) { return pick_by(c, false); }},
        {"not_null", 1, 100, first_not_null},
        {"reverse", 1, 1, reversed},
        {"sort", 1, 1, sorted},
        {"sort_by", 2, 2, sorted_by},
        {"starts_with", 2, 2, [](const Call& c) { return Json(c.text(0).starts_with(c.text(1))); }},
        {"sum", 1, 1, total},
        {"to_array", 1, 1, to_array},
        {"to_number", 1, 1, to_number},
        {"to_string", 1, 1, [](const Call& c) { return c.args[0].is_string() ? c.args[0] : Json(c.args[0].dump()); }},
        {"type", 1, 1, type},
        {"values", 1, 1, [](const Call& c) { return members(c, false); }},
    };
    const auto* found = std::ranges::find(entries, std::string_view(query.name), &Entry::name);
    if (found == std::end(entries)) throw QueryFault{fmt::format("there is no function {}", query.name)};
    if (query.parts.size() < found->min_args || query.parts.size() > found->max_args)
      throw QueryFault{fmt::format("{}: wrong number of arguments", query.name)};
    Call call{query, {}, *this};
    for (const auto& part : query.parts) call.args.push_back(part.kind == Kind::reference ? Json() : run(part, at));
    return found->body(call);
  }

  std::size_t steps_ = 0;
};

}  // namespace

Outcome jmespath(const Json& value, std::string_view query) {
  auto parsed = jmes::parse(query);
  if (!parsed) return std::unexpected("Jmespath error: " + parsed.error());
  try {
    return Runner().run(*parsed, value);
  } catch (const QueryFault& fault) {
    return std::unexpected("Jmespath error: " + fault.message);
  }
}

}  // namespace alting::forms
