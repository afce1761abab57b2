// A private PostgreSQL cluster for the tests of one process: made in a temporary folder on first use, gone at exit.
//
// It runs Debian's server (/usr/lib/postgresql/*/bin) as the user `postgres` when the tests are root, on a Unix socket
// only. No test cuts its power, so it need not wait for the disk: what a server that is killed had written, the kernel
// still has. When PostgreSQL is missing the tests fail; they do not skip.
#pragma once
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

namespace alting::store::testing {

class PostgresCluster {
 public:
  static PostgresCluster& of_this_process() {
    static PostgresCluster cluster;  // a test helper: one for the process is the point
    return cluster;
  }
  ~PostgresCluster() { stop(); }
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  [[nodiscard]] std::string where(const std::string& database) const {
    return "host=" + folder_.string() + " user=postgres dbname=" + database;
  }
  [[nodiscard]] std::string bin() const { return bin_; }
  std::string create_database() {
    const auto name = "test_" + std::to_string(++databases_);
    execute("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
    return name;
  }
  void drop_database(const std::string& name) { execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); }
  // SQL outside the engine under test, such as pg_terminate_backend.
  void execute(const std::string& sql) const {
    PGconn* connection = PQconnectdb(where("postgres").c_str());
    PGresult* result = PQexec(connection, sql.c_str());
    const auto status = PQresultStatus(result);
    const std::string message = PQerrorMessage(connection);
    PQclear(result);
    PQfinish(connection);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error("PostgreSQL for the tests: " + message);
  }
  // Ends the server at once, as a power cut does for it, and starts it again.
  void crash_and_restart() {
    ::kill(server_, SIGQUIT);
    ::waitpid(server_, nullptr, 0);
    start();
  }

 private:
  PostgresCluster() {
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
      if (std::filesystem::exists(entry.path() / "bin/initdb")) bin_ = (entry.path() / "bin").string();
    }
    if (bin_.empty()) throw std::runtime_error("these tests need PostgreSQL: apt-get install postgresql");
    std::string pattern = (where_it_lies() / "alting-pg-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = pattern;
    if (::geteuid() == 0) {
      const auto* user = ::getpwnam("postgres");
      if (user == nullptr || ::chown(pattern.c_str(), user->pw_uid, user->pw_gid) != 0)
        throw std::runtime_error("no user postgres");
    }
    const auto initdb = launch({bin_ + "/initdb", "-D", data(), "-U", "postgres", "--auth=trust", "-E", "UTF8",
                                "--locale=C", "--no-sync", "-N"});
    int status = 0;
    ::waitpid(initdb, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed");
    start();
  }
  [[nodiscard]] std::string data() const { return (folder_ / "data").string(); }
  // In memory where that has room: each test makes a database of some hundred files, and drops it.
  [[nodiscard]] static std::filesystem::path where_it_lies() {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code none;
    const auto room = std::filesystem::space(memory, none);
    constexpr std::uintmax_t enough = std::uintmax_t{4} << 30;
    return !none && room.available >= enough ? memory : std::filesystem::temp_directory_path();
  }

  // Runs a program as the user postgres; it ends when this process does.
  pid_t launch(std::vector<std::string> words) const {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto* user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
    const uid_t uid = user != nullptr ? user->pw_uid : 0;
    const gid_t gid = user != nullptr ? user->pw_gid : 0;
    const auto log = (folder_ / "log").string();
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (user != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0)) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after setuid, which clears it
    if (::getppid() != parent) ::_exit(125);
    if (::freopen(log.c_str(), "a", stdout) == nullptr || ::freopen(log.c_str(), "a", stderr) == nullptr) ::_exit(124);
    if (::chdir("/") != 0) ::_exit(123);
    ::setenv("LC_ALL", "C", 1);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  void start() {
    server_ = launch({bin_ + "/postgres", "-D", data(), "-k", folder_.string(), "-c", "listen_addresses=", "-c",
                      "fsync=off", "-c", "full_page_writes=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0",
                      "-c", "max_connections=200", "-c", "shared_buffers=64MB"});
    for (int tries = 0; PQping(where("postgres").c_str()) != PQPING_OK; ++tries) {
      if (tries == 600) throw std::runtime_error("PostgreSQL for the tests does not start");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  void stop() {
    ::kill(server_, SIGINT);
    ::waitpid(server_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path folder_;
  std::string bin_;
  pid_t server_ = -1;
  int databases_ = 0;
};

}  // namespace alting::store::testing
