// Whether this thread is inside the closure of a write: for work that must be done before a transaction, and would hold
// up all others inside one (store/database.h). Marked by both engines, from the first write of a process.
#pragma once

namespace alting::store {

[[nodiscard]] bool in_write();

// Held while a closure runs. On SQLite that is the writer's thread, on PostgreSQL the caller's.
class WriteMark {
 public:
  WriteMark();
  ~WriteMark();
  WriteMark(const WriteMark&) = delete;
  WriteMark& operator=(const WriteMark&) = delete;

 private:
  bool before_;
};

}  // namespace alting::store
