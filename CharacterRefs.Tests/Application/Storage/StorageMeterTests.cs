using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Application.Storage;

[Category("Unit")]
internal sealed class StorageMeterTests
{
    [Test]
    public void Counters_WhenEventsHappen_DifferByNameAndTag()
    {
        using var meters = new TestMeters();
        using var counted = new CountedEvents(meters);
        var meter = new StorageMeter(meters);

        meter.FellBack(isPersisted: true);
        meter.FellBack(isPersisted: false);
        meter.FellBack(isPersisted: false);
        meter.UploadAttempted(SaveOutcome.Stored);
        meter.UploadAttempted(SaveOutcome.AlreadyStored);
        meter.UploadAttempted(SaveOutcome.Conflict);
        meter.UploadAttempted(null);
        meter.Hit();
        meter.Fetched("absent");
        meter.Evicted(3, 4096);

        Assert.That(counted.Sums, Is.EquivalentTo(new Dictionary<string, double>
        {
            ["characterrefs.local_fallbacks reason=unreachable"] = 1,
            ["characterrefs.local_fallbacks reason=not_stored"] = 2,
            ["characterrefs.store_attempts outcome=stored"] = 1,
            ["characterrefs.store_attempts outcome=already_stored"] = 1,
            ["characterrefs.store_attempts outcome=failed"] = 2,
            ["characterrefs.cache.hits"] = 1,
            ["characterrefs.cache.fetches outcome=absent"] = 1,
            ["characterrefs.cache.evicted_files"] = 3,
            ["characterrefs.cache.evicted_bytes"] = 4096,
        }));
    }
}
