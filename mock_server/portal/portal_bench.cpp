// Store and search at 10,000 and 1,000,000 contacts of ten set properties, with the memory a
// contact takes. Budgets (design, section 7): one-hit search at 1M at most twice the cost at
// 10k; 1.5 KB a contact; 1M generated in 10 s of CPU.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <map>
#include <memory>

#include "mock_server/portal/portal.h"
#include "mock_server/portal/sample_data.h"

namespace hubsim::portal {
namespace {

struct Filled {
  std::unique_ptr<Portal> portal;
  double bytes_per_contact = 0;
  double generate_cpu_s = 0;
};

std::size_t heap_bytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

Filled fill(std::size_t count) {
  Filled filled;
  filled.portal = std::make_unique<Portal>(PortalConfig{.portal_id = 1}, hubspot::load_facts(),
                                           Instant(std::chrono::seconds(1)));
  const Instant now(std::chrono::seconds(1'769'081'993));
  const TypeIndex contacts = filled.portal->find_type("contacts")->index();
  // A company for every twenty people, made before: what a contact takes includes its associations.
  generate_records(*filled.portal, filled.portal->find_type("companies")->index(), count / 20, 1,
                   now);
  const std::size_t before = heap_bytes();
  const auto cpu = process_cpu_time();
  generate_records(*filled.portal, contacts, count, 1, now);
  merge_duplicates(*filled.portal, contacts, count, usual_merge_share, 1);
  filled.generate_cpu_s = std::chrono::duration<double>(process_cpu_time() - cpu).count();
  filled.bytes_per_contact =
      static_cast<double>(heap_bytes() - before) / static_cast<double>(count);
  return filled;
}

/// Filled once a size, shared by the benchmarks of that size.
Filled& filled(std::size_t count) {
  static std::map<std::size_t, Filled> portals;
  const auto it = portals.find(count);
  return it != portals.end() ? it->second : portals.emplace(count, fill(count)).first->second;
}

/// Runs one search once (which builds the indexes it wants) and then measures it; the memory of the
/// new indexes is shown an entry.
void measure(benchmark::State& state, const SearchQuery& query) {
  Filled& data = filled(static_cast<std::size_t>(state.range(0)));
  const TypeIndex contacts = data.portal->find_type("contacts")->index();
  const std::size_t before = heap_bytes();
  const std::size_t indexes = data.portal->search_view(contacts).index_count();
  const SearchPage first = data.portal->search(contacts, query);
  const std::size_t made = data.portal->search_view(contacts).index_count() - indexes;
  for (auto _ : state) {
    benchmark::DoNotOptimize(data.portal->search(contacts, query));
  }
  state.counters["hits"] = static_cast<double>(first.total);
  if (made > 0) {
    state.counters["bytes_per_index_entry"] = static_cast<double>(heap_bytes() - before) /
                                              static_cast<double>(made) /
                                              static_cast<double>(state.range(0));
  }
}

void search_one_hit(benchmark::State& state) {
  Filled& data = filled(static_cast<std::size_t>(state.range(0)));
  const ObjectType& type = *data.portal->find_type("contacts");
  const PropertyIndex email = type.property_index("email").value();
  const auto& slots = data.portal->store(type.index()).slots();
  const RecordPtr wanted = *std::find_if(slots.begin(), slots.end(), [&](const auto& record) {
    return record->value(email) != nullptr;
  });
  measure(state,
          {.groups = {{{.property = email, .op = Operator::eq, .value = *wanted->value(email)}}}});
  state.counters["bytes_per_contact"] = data.bytes_per_contact;
  state.counters["generate_cpu_s"] = data.generate_cpu_s;
}
BENCHMARK(search_one_hit)->Arg(10'000)->Arg(1'000'000);

PropertyIndex contact_property(benchmark::State& state, std::string_view name) {
  Filled& data = filled(static_cast<std::size_t>(state.range(0)));
  return data.portal->find_type("contacts")->property_index(name).value();
}

/// A rare value of a property that is not unique.
void search_rare_value(benchmark::State& state) {
  Filled& data = filled(static_cast<std::size_t>(state.range(0)));
  const ObjectType& type = *data.portal->find_type("contacts");
  const PropertyIndex phone = type.property_index("phone").value();
  const std::string wanted = *data.portal->store(type.index()).slots()[7]->value(phone);
  measure(state, {.groups = {{{.property = phone, .op = Operator::eq, .value = wanted}}}});
}
BENCHMARK(search_rare_value)->Arg(10'000)->Arg(1'000'000);

/// One token that few addresses have: the number in the local part.
void search_token(benchmark::State& state) {
  const PropertyIndex email = contact_property(state, "email");
  measure(state,
          {.groups = {{{.property = email, .op = Operator::contains_token, .value = "777"}}}});
}
BENCHMARK(search_token)->Arg(10'000)->Arg(1'000'000);

/// The free text of a search, found anywhere in seven properties.
void search_query(benchmark::State& state) { measure(state, {.query = "ada.berger.777"}); }
BENCHMARK(search_query)->Arg(10'000)->Arg(1'000'000);

/// The slice of a sync: changed since, in order of change, 100 a page, some pages in.
void search_range_sorted(benchmark::State& state) {
  const PropertyIndex modified = contact_property(state, "lastmodifieddate");
  measure(state, {.groups = {{{.property = modified, .op = Operator::gte, .value = "1000"}}},
                  .sort = Sort{modified, false},
                  .offset = 5'000,
                  .limit = 100});
}
BENCHMARK(search_range_sorted)->Arg(10'000)->Arg(1'000'000);

/// The other slice: ids beyond the last one seen.
void search_ids_beyond(benchmark::State& state) {
  const PropertyIndex id = contact_property(state, "hs_object_id");
  measure(state, {.groups = {{{.property = id, .op = Operator::gt, .value = "73183579000"}}},
                  .sort = Sort{id, false},
                  .limit = 100});
}
BENCHMARK(search_ids_beyond)->Arg(10'000)->Arg(1'000'000);

/// A fifth of all records has the value: the count must not cost a look at each.
void search_common_value(benchmark::State& state) {
  const PropertyIndex stage = contact_property(state, "lifecyclestage");
  measure(state,
          {.groups = {{{.property = stage, .op = Operator::eq, .value = "lead"}}}, .limit = 100});
}
BENCHMARK(search_common_value)->Arg(10'000)->Arg(1'000'000);

/// A fifth of all records, in order of another property, newest first.
void search_common_value_sorted(benchmark::State& state) {
  const PropertyIndex stage = contact_property(state, "lifecyclestage");
  measure(state, {.groups = {{{.property = stage, .op = Operator::eq, .value = "lead"}}},
                  .sort = Sort{contact_property(state, "createdate"), true},
                  .limit = 100});
}
BENCHMARK(search_common_value_sorted)->Arg(10'000)->Arg(1'000'000);

/// The last page that HubSpot lets one reach of everything, by name.
void search_deep_page(benchmark::State& state) {
  measure(
      state,
      {.sort = Sort{contact_property(state, "lastname"), false}, .offset = 9'800, .limit = 100});
}
BENCHMARK(search_deep_page)->Arg(10'000)->Arg(1'000'000);

void read_by_id(benchmark::State& state) {
  Filled& data = filled(static_cast<std::size_t>(state.range(0)));
  const TypeIndex contacts = data.portal->find_type("contacts")->index();
  const auto& slots = data.portal->store(contacts).slots();
  std::size_t i = 0;
  for (auto _ : state) {
    i = (i + 7919) % slots.size();
    benchmark::DoNotOptimize(data.portal->find(contacts, slots[i]->id));
  }
}
BENCHMARK(read_by_id)->Arg(10'000)->Arg(1'000'000);

/// What a batch read of 100 does below the API: records anywhere, three values of each as JSON.
void batch_read(benchmark::State& state) {
  Filled& data = filled(static_cast<std::size_t>(state.range(0)));
  const ObjectType& type = *data.portal->find_type("contacts");
  const auto& slots = data.portal->store(type.index()).slots();
  std::vector<PropertyIndex> shown;
  for (const char* name : {"email", "firstname", "lastname"}) {
    shown.push_back(type.property_index(name).value());
  }
  std::string out;
  std::size_t at = 0;
  const ObjectId first = slots[0]->id;
  std::vector<ObjectId> ids(100);
  for (auto _ : state) {
    out.clear();
    for (ObjectId& id : ids) {
      at = (at + 7919) % slots.size();
      id = first + at * id_step;
    }
    data.portal->store(type.index()).prefetch(ids);
    for (const ObjectId id : ids) {
      const RecordPtr record = data.portal->find(type.index(), id);
      for (const PropertyIndex property : shown) {
        data.portal->append_json_value(out, *record, property);
      }
    }
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(batch_read)->Arg(10'000)->Arg(1'000'000);

void list_page(benchmark::State& state) {
  Filled& data = filled(static_cast<std::size_t>(state.range(0)));
  const TypeIndex contacts = data.portal->find_type("contacts")->index();
  const auto& store = data.portal->store(contacts);
  const ObjectId middle = store.slots()[store.slots().size() / 2]->id;
  for (auto _ : state) {
    benchmark::DoNotOptimize(store.list(middle, 100, false));
  }
}
BENCHMARK(list_page)->Arg(10'000)->Arg(1'000'000);

void update_one(benchmark::State& state) {
  Filled& data = filled(static_cast<std::size_t>(state.range(0)));
  const TypeIndex contacts = data.portal->find_type("contacts")->index();
  const ObjectId id = data.portal->store(contacts).slots()[11]->id;
  std::uint64_t i = 0;
  for (auto _ : state) {
    const auto updated = data.portal->update(contacts, id, {{"phone", std::to_string(++i)}},
                                             {.now = Instant(std::chrono::seconds(3))});
    benchmark::DoNotOptimize(updated.ok());
  }
}
BENCHMARK(update_one)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace hubsim::portal

BENCHMARK_MAIN();
