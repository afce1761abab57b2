// The catalogues of all rooms, put together (main/rooms.cpp): what a program asks of them.
//
//   for (const auto& [table, subject] : catalogue.reach(terms::SubjectKind::person)) ...   // where a person's rows are
//
// What they say, and who has proved it: terms/catalogue.h.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "terms/catalogue.h"

namespace alting::store {

class Catalogue {
 public:
  // In the order of the rooms. They live as long as the program.
  explicit Catalogue(std::vector<const terms::RoomCatalogue*> rooms) : rooms_(std::move(rooms)) {}
  [[nodiscard]] const std::vector<const terms::RoomCatalogue*>& rooms() const { return rooms_; }

  [[nodiscard]] std::vector<const terms::Table*> tables() const;
  // std::logic_error for a name that no catalogue has.
  [[nodiscard]] const terms::Table& table(std::string_view name) const;
  [[nodiscard]] const terms::RetentionRule& rule(std::string_view id) const;

  // The ways to the rows of one kind of subject. A person's are reached as person, as actor and as party, each of which
  // may concern others too.
  struct Way {
    const terms::Table* table;
    const terms::Subject* subject;
  };
  [[nodiscard]] std::vector<Way> reach(terms::SubjectKind kind) const;

  struct Naming {
    const terms::Table* table;
    std::vector<std::string_view> columns;
  };
  // The tables of the main database that name keys, or files, and by which columns.
  [[nodiscard]] std::vector<Naming> naming(terms::NamesWhat what) const;

  // Data that are looked up and not stored.
  [[nodiscard]] std::vector<const terms::Use*> uses() const;

  struct ToConfirm {
    std::string place;      // "parties: person", "rule ledger.lasting"
    std::string_view what;  // English
  };
  // What the catalogues say of the law that nobody has looked up yet, each thing once.
  [[nodiscard]] std::vector<ToConfirm> to_confirm() const;

  struct Dependent {
    const terms::Table* table;
    const terms::Erasure* erasure;
  };
  // Those whose rows go with the rows of this one.
  [[nodiscard]] std::vector<Dependent> going_with(std::string_view table) const;

 private:
  std::vector<const terms::RoomCatalogue*> rooms_;
};

}  // namespace alting::store
