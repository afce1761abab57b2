// Altinn's expression language, compiled once: ["equals", ["dataModel", "a"], 5] becomes a tree of functions and
// literals.
//
// What can be seen without data is checked here: unknown functions, numbers of arguments, arguments that must be
// literals. The functions themselves stand in functions.cpp; evaluation in evaluator.h.
#pragma once
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "forms/source.h"

namespace alting::forms {

using Outcome = std::expected<Json, std::string>;  // a value, or the text of an error

struct Function;

struct Expr {
  const Function* function = nullptr;  // nullptr: a literal
  Json literal;
  std::vector<Expr> args;
  int line = 0;
};
using ExprPtr = std::shared_ptr<const Expr>;

struct ExprFault {
  int line = 0;
  std::string message;
};

// All faults are added; nullptr when there are any.
[[nodiscard]] ExprPtr compile(const Node& node, std::vector<ExprFault>& faults);
// The same, with faults that name the file and what the expression is for.
[[nodiscard]] ExprPtr compile(const Node& node, std::string_view what, std::vector<Fault>& faults);

// A property that is a boolean or an expression.
struct Flag {
  bool value = false;
  ExprPtr expression;
  [[nodiscard]] bool given() const { return value || expression != nullptr; }
};
[[nodiscard]] Flag read_flag(const Node& node, std::string_view what, std::vector<Fault>& faults);

// Calls `visit` with each literal first argument of calls of `name` ("dataModel", "component", ...), and its line.
void for_each_call(const Expr& expr, std::string_view name,
                   const std::function<void(const Json& argument, int line)>& visit);

}  // namespace alting::forms
