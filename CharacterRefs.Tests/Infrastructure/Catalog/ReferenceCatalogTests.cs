using System.Text.Json;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;
using CharacterRefs.Domain.References;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class ReferenceCatalogTests(CatalogKind kind)
{
    private static readonly ReferenceFilter s_everything = new(null, null);

    private TestCatalog _catalog = null!;

    [SetUp]
    public async Task SetUp() => _catalog = await TestCatalog.OpenAsync(kind);

    [TearDown]
    public async Task TearDown() => await TestCatalog.CloseAsync(_catalog);

    [Test]
    public async Task AddAsync_WhenUploaded_IsFoundAgainWithEveryMember()
    {
        var reference = AReference.Uploaded(AReference.Time.AddTicks(1_234_560)) with
        {
            Format = ImageFormat.WebP,
            OriginalFileName = "Ritter Äöü 🛡.png",
            SizeBytes = 10_000_000_000,
        };

        await AddAsync(reference);

        Assert.That(await FindAsync(reference.Id), Is.EqualTo(reference));
    }

    [Test]
    public async Task ListNewestAsync_WhenAnOlderImageIsAddedLater_ListsItFirst()
    {
        var (first, adopted) = (AReference.Uploaded(AReference.Time), AReference.Uploaded(AReference.Time.AddYears(-1)));
        await AddAsync(AReference.Uploaded());
        await AddAsync(first);
        await AddAsync(adopted);

        Assert.That(
            await _catalog.References.ListNewestAsync(2, CancellationToken.None), Is.EqualTo([(adopted.Id, adopted.CreatedAt), (first.Id, first.CreatedAt)]));
    }

    [Test]
    public async Task CompleteAsync_WhenGenerated_IsFoundAgainWithItsProvenance()
    {
        var generation = AGeneration.Of(2) with { ReferenceImageIds = [AReference.NewId()], ParametersDropped = ["negative_prompt", "seed"] };
        var reference = AReference.Generated(generation, generation.Slots[1]);
        await _catalog.Ledger.BeginAsync(generation, null, null, CancellationToken.None);

        await _catalog.Ledger.CompleteAsync(generation, generation.Slots[1].Succeed(AReference.Time), reference, CancellationToken.None);

        var listed = (await ListAsync(s_everything)).Items.Single();
        foreach (var read in new[] { await FindAsync(reference.Id), listed, (await ReadAllAsync()).Single() })
        {
            Assert.That(read! with { Provenance = null }, Is.EqualTo(reference with { Provenance = null }));
            AssertSameProvenance(read.Provenance, reference.Provenance!);
        }
    }

    [Test]
    public async Task AddAsync_WhenProvenanceIsGiven_IsTiedToItsSlot()
    {
        var generation = AGeneration.Of(1, firstSeed: null);
        var reference = AReference.Generated(generation, generation.Slots[0]);
        await _catalog.Ledger.BeginAsync(generation, null, null, CancellationToken.None);

        await AddAsync(reference);

        AssertSameProvenance((await FindAsync(reference.Id))?.Provenance, reference.Provenance!);
    }

    [Test]
    public async Task AddAsync_WhenTheIdIsTaken_Throws()
    {
        var reference = AReference.Uploaded();
        await AddAsync(reference);

        Assert.That(async () => await AddAsync(reference with { Width = 5 }), Throws.InstanceOf<DbUpdateException>());
        Assert.That(await FindAsync(reference.Id), Is.EqualTo(reference));
    }

    [Test]
    public async Task FindAsync_WhenNothingWasWrittenSince_ReadsTheDatabaseOnce()
    {
        var reference = AReference.Uploaded();
        await AddAsync(reference);
        var before = _catalog.Commands.OnRows.Count;

        Assert.That(await FindAsync(reference.Id), Is.EqualTo(reference));
        Assert.That(await FindAsync(reference.Id), Is.EqualTo(reference));

        Assert.That(_catalog.Commands.OnRows.Count - before, Is.EqualTo(kind is CatalogKind.Sqlite ? 1 : 2), "other processes write PostgreSQL too");
    }

    [Test]
    public async Task FindAsync_WhenARowChangedSince_SeesIt()
    {
        var reference = AReference.Pending();
        await AddAsync(reference);
        await FindAsync(reference.Id);
        var stored = reference.RemoteCopy!.Verified(AReference.Time);

        await _catalog.Uploads.RecordAsync(reference.Id, reference.RemoteCopy, stored, CancellationToken.None);
        Assert.That((await FindAsync(reference.Id))?.RemoteCopy, Is.EqualTo(stored));

        await _catalog.References.DeleteAsync(reference.Id, CancellationToken.None);
        Assert.That(await FindAsync(reference.Id), Is.Null);
    }

    [Test]
    public async Task FindAsync_WhenAnotherProcessChangedTheRow_SeesIt()
    {
        if (kind is CatalogKind.Sqlite)
        {
            Assert.Pass("One service at a time uses a catalog in SQLite.");
        }

        await using var other = await _catalog.OpenAnotherAsync();
        var reference = AReference.Uploaded();
        await AddAsync(reference);
        Assert.That(await other.References.FindAsync(reference.Id, CancellationToken.None), Is.EqualTo(reference));

        await _catalog.References.DeleteAsync(reference.Id, CancellationToken.None);

        Assert.That(await other.References.FindAsync(reference.Id, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task TryAddAsync_WhenAnotherProcessAddsAndDeletesTheImage_NeverAddsItAgain()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        for (var round = 0; round < 25; round++)
        {
            var reference = AReference.Uploaded();
            var adopting = Task.Run(() => other.References.TryAddAsync(reference, CancellationToken.None));
            await _catalog.References.TryAddAsync(reference, CancellationToken.None);
            await _catalog.References.DeleteAsync(reference.Id, CancellationToken.None);
            await adopting;

            Assert.That((await _catalog.References.LookUpAsync([reference.Id], CancellationToken.None))[reference.Id], Is.EqualTo(CatalogState.Deleted));
            Assert.That(await _catalog.References.FindAsync(reference.Id, CancellationToken.None), Is.Null);
        }
    }

    [Test]
    public async Task SelectStoreAsync_WhenTheStoreChanged_QueuesEveryPersistedCopyAgain()
    {
        var reference = AReference.Pending();
        await AddAsync(reference);
        await _catalog.Uploads.RecordAsync(reference.Id, reference.RemoteCopy, reference.RemoteCopy!.Verified(AReference.Time), CancellationToken.None);

        Assert.That(await SelectStoreAsync("local"), Is.Zero, "the first is the one that the copies are in");
        Assert.That(await SelectStoreAsync("local"), Is.Zero);
        Assert.That((await FindAsync(reference.Id))?.RemoteCopy?.State, Is.EqualTo(RemoteCopyState.Persisted));
        Assert.That(await _catalog.Uploads.FindNextDueAsync(CancellationToken.None), Is.Null);

        Assert.That(await SelectStoreAsync("s3 amazon images"), Is.EqualTo(1));
        var copy = (await FindAsync(reference.Id))!.RemoteCopy!;
        Assert.That((copy.State, copy.PersistedAt, copy.NextAttemptAt), Is.EqualTo((RemoteCopyState.Pending, default(DateTimeOffset?), AReference.Time)));
        Assert.That(await _catalog.Uploads.FindNextDueAsync(CancellationToken.None), Is.EqualTo(AReference.Time));
        Assert.That(await _catalog.Uploads.ClaimDueAsync(AReference.Time, AReference.Time.AddMinutes(2), 10, CancellationToken.None), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task RecordFailedAsync_WhenTheCopyWasVerifiedMeanwhile_ChangesNothing()
    {
        var reference = AReference.Pending();
        await AddAsync(reference);
        await _catalog.Uploads.RecordAsync(reference.Id, reference.RemoteCopy, reference.RemoteCopy!.Verified(AReference.Time), CancellationToken.None);

        await RecordFailedAsync(reference.Id, reference.RemoteCopy!);

        Assert.That((await FindAsync(reference.Id))?.RemoteCopy?.State, Is.EqualTo(RemoteCopyState.Persisted));
    }

    [Test]
    public async Task RecordFailedAsync_WhenAnotherAttemptWasRecordedSince_ChangesNothing()
    {
        var reference = AReference.Pending();
        await AddAsync(reference);
        var first = await RecordFailedAsync(reference.Id, reference.RemoteCopy!);

        await RecordFailedAsync(reference.Id, reference.RemoteCopy!);
        Assert.That((await FindAsync(reference.Id))?.RemoteCopy, Is.EqualTo(first));

        var second = await RecordFailedAsync(reference.Id, first);
        Assert.That((await FindAsync(reference.Id))?.RemoteCopy, Is.EqualTo(second));
        Assert.That(second.Attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task RecordFailedAsync_WhenTheUploadWasNeverQueued_QueuesIt()
    {
        var reference = AReference.Uploaded();
        await AddAsync(reference);

        var failed = await RecordFailedAsync(reference.Id, AReference.Pending(reference).RemoteCopy!);

        Assert.That((await FindAsync(reference.Id))?.RemoteCopy, Is.EqualTo(failed));
    }

    [Test]
    public async Task RecordAsync_WhenTheUploadWasClaimedOrQueuedAgainSince_ChangesNothing([Values] bool isQueuedAgain)
    {
        var reference = AReference.Pending();
        await AddAsync(reference);
        var copy = reference.RemoteCopy!;
        var later = AReference.Time.AddMinutes(2);
        if (isQueuedAgain)
        {
            await RecordAsync(reference, copy, copy.Verified(later));
            await RecordAsync(reference, copy.Verified(later), copy with { NextAttemptAt = later });
        }
        else
        {
            Assert.That(await _catalog.Uploads.RenewClaimAsync(reference.Id, copy, later, CancellationToken.None), Is.True);
        }

        Assert.That(await RecordAsync(reference, copy, copy.Verified(AReference.Time)), Is.True, "the image has a row");
        Assert.That((await FindAsync(reference.Id))?.RemoteCopy, Is.EqualTo(copy with { NextAttemptAt = later }));

        Assert.That(await _catalog.Uploads.RenewClaimAsync(reference.Id, copy, later.AddMinutes(2), CancellationToken.None), Is.False);
        Assert.That((await FindAsync(reference.Id))?.RemoteCopy?.NextAttemptAt, Is.EqualTo(later));
    }

    [Test]
    public async Task RecordAsync_WhenALostCopyWasUploadedSinceItWasRead_KeepsItPersisted()
    {
        var reference = AReference.Persisted();
        await AddAsync(reference);
        var uploaded = reference.RemoteCopy! with { NextAttemptAt = AReference.Time.AddSeconds(1) };
        await RecordAsync(reference, reference.RemoteCopy, uploaded);

        await RecordAsync(reference, reference.RemoteCopy, AReference.Pending(reference).RemoteCopy!);
        Assert.That((await FindAsync(reference.Id))?.RemoteCopy, Is.EqualTo(uploaded));

        await RecordAsync(reference, null, AReference.Pending(reference).RemoteCopy!);
        Assert.That((await FindAsync(reference.Id))?.RemoteCopy, Is.EqualTo(uploaded), "it was never queued when it was read");
    }

    [Test]
    public async Task RecordVerifiedAsync_WhenTheCopyWasUploadedSinceItWasListed_KeepsItsTime()
    {
        var (listed, uploaded) = (AReference.Persisted(), AReference.Persisted());
        await AddAsync(listed);
        await AddAsync(uploaded);
        var later = uploaded.RemoteCopy!.Verified(AReference.Time.AddHours(2));
        await RecordAsync(uploaded, uploaded.RemoteCopy, later);
        var (before, startedAt) = (AReference.Time, AReference.Time.AddHours(1));

        await _catalog.Uploads.RecordVerifiedAsync([listed.Id, uploaded.Id], before, startedAt, CancellationToken.None);

        Assert.That((await FindAsync(listed.Id))?.RemoteCopy?.NextAttemptAt, Is.EqualTo(startedAt));
        Assert.That((await FindAsync(uploaded.Id))?.RemoteCopy, Is.EqualTo(later));
    }

    [Test]
    public async Task CompleteRemovalAsync_WhenAnotherNodeCompletedIt_ChangesNothing()
    {
        var reference = AReference.Persisted();
        await AddAsync(reference);
        await _catalog.References.DeleteAsync(reference.Id, CancellationToken.None);
        var removal = (await _catalog.Uploads.ListRemovalsAsync(10, CancellationToken.None)).Single();

        await _catalog.Uploads.CompleteRemovalAsync(removal with { Key = AssetLayout.Reference(AReference.NewId(), reference.Format) }, CancellationToken.None);
        Assert.That(await _catalog.Uploads.ListRemovalsAsync(10, CancellationToken.None), Has.Count.EqualTo(1), "another copy");

        await _catalog.Uploads.CompleteRemovalAsync(removal, CancellationToken.None);
        await _catalog.Uploads.CompleteRemovalAsync(removal, CancellationToken.None);
        Assert.That(await _catalog.Uploads.ListRemovalsAsync(10, CancellationToken.None), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task RecordAsync_WhenAnotherAttemptFailedSince_RecordsTheVerifiedCopy(bool isQueued)
    {
        var reference = AReference.Uploaded();
        var pending = AReference.Pending(reference).RemoteCopy!;
        await AddAsync(isQueued ? reference with { RemoteCopy = pending } : reference);
        await RecordFailedAsync(reference.Id, pending);

        await RecordAsync(reference, isQueued ? pending : null, pending.Verified(AReference.Time));

        Assert.That((await FindAsync(reference.Id))?.RemoteCopy, Is.EqualTo(pending.Verified(AReference.Time)));
    }

    [Test]
    public async Task ReadPendingAsync_WhenMoreWaitThanAreListed_CountsAllAndListsTheOldest()
    {
        var pending = Enumerable.Range(0, 3).Select(i => AReference.Pending(AReference.Uploaded(AReference.Time.AddMinutes(-i)))).ToList();
        var stored = AReference.Pending(AReference.Uploaded(AReference.Time.AddHours(-1)));
        foreach (var reference in pending.Append(stored).Append(AReference.Uploaded()))
        {
            await AddAsync(reference);
        }

        await _catalog.Uploads.RecordAsync(stored.Id, stored.RemoteCopy, stored.RemoteCopy!.Verified(AReference.Time), CancellationToken.None);

        var (count, oldest) = await _catalog.Uploads.ReadPendingAsync(2, CancellationToken.None);

        Assert.That((count, oldest.Select(reference => reference.Id)), Is.EqualTo((3L, new[] { pending[2].Id, pending[1].Id })));
        Assert.That((await _catalog.Uploads.ReadPendingAsync(10, CancellationToken.None)).Count, Is.EqualTo(3));
    }

    [Test]
    public async Task AnnotateAsync_WhenTwoProcessesChangeDifferentMembers_KeepsBoth()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        var reference = AReference.Uploaded();
        await AddAsync(reference);

        await Task.WhenAll(
            Task.Run(() => _catalog.References.AnnotateAsync(reference.Id, new AnnotationChange(true, null, ["Hero"], null), CancellationToken.None)),
            Task.Run(() => other.References.AnnotateAsync(reference.Id, new AnnotationChange(null, 4, null, "Good"), CancellationToken.None)));

        var read = (await ReadAllAsync()).Single();
        Assert.That(read.Annotation, Is.EqualTo(new ReferenceAnnotation { Favorite = true, Rating = 4, Tags = ["hero"], Note = "Good" }));
        Assert.That(read with { Annotation = ReferenceAnnotation.None }, Is.EqualTo(reference));
    }

    [Test]
    public async Task AnnotateAsync_WhenTheImageHasNoRow_ReturnsNull() =>
        Assert.That(await _catalog.References.AnnotateAsync(AReference.NewId(), new AnnotationChange(true, null, null, null), CancellationToken.None), Is.Null);

    [Test]
    public async Task TryAddAsync_WhenTheIdIsUnknown_AddsIt()
    {
        var reference = AReference.Uploaded();

        Assert.That(await _catalog.References.TryAddAsync(reference, CancellationToken.None), Is.True);
        Assert.That(await FindAsync(reference.Id), Is.EqualTo(reference));
    }

    [Test]
    public async Task TryAddAsync_WhenTheIdIsTaken_ChangesNothing()
    {
        var reference = AReference.Uploaded();
        await AddAsync(reference);

        Assert.That(await _catalog.References.TryAddAsync(reference with { Width = 5 }, CancellationToken.None), Is.False);
        Assert.That(await FindAsync(reference.Id), Is.EqualTo(reference));
    }

    [Test]
    public async Task TryAddAsync_WhenTheImageWasDeleted_LeavesItDeleted()
    {
        var reference = AReference.Uploaded();
        await AddAsync(reference);
        await _catalog.References.DeleteAsync(reference.Id, CancellationToken.None);

        Assert.That(await _catalog.References.TryAddAsync(reference, CancellationToken.None), Is.False);
        Assert.That(await FindAsync(reference.Id), Is.Null);
    }

    [Test]
    public async Task TryAddAsync_WhenTwoProcessesAddTheSame_OneDoesAndNoneFails()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        var rows = Enumerable.Range(0, 20).Select(_ => AReference.Uploaded()).ToList();

        var added = await Task.WhenAll(rows.SelectMany(row => new[] { _catalog, other }.Select(catalog => Task.Run(
            () => catalog.References.TryAddAsync(row, CancellationToken.None)))));

        Assert.That(added.Count(isAdded => isAdded), Is.EqualTo(rows.Count));
        Assert.That((await ReadAllAsync()).Select(row => row.Id), Is.EquivalentTo(rows.Select(row => row.Id)));
    }

    [Test]
    public async Task FindAsync_WhenThereIsNone_IsNull() => Assert.That(await FindAsync(AReference.NewId()), Is.Null);

    [Test]
    public async Task ListAsync_WhenThereIsNothing_IsAnEmptyLastPage()
    {
        var page = await ListAsync(s_everything);

        Assert.That((page.Items.Count, page.Next), Is.EqualTo((0, default(ReferenceCursor?))));
    }

    [Test]
    public async Task ListAsync_WhenPagedInAnySize_ShowsEveryRowOnceNewestFirst()
    {
        var random = new Random(11);
        var rows = Enumerable.Range(0, 250).Select(_ => AReference.Uploaded(AReference.Time.AddMilliseconds(random.Next(40)))).ToList();
        await InsertAsync(rows);
        var expected = rows.Select((row, sequence) => (row, sequence))
            .OrderByDescending(item => item.row.CreatedAt)
            .ThenByDescending(item => item.sequence)
            .Select(item => item.row.Id)
            .ToList();

        foreach (var limit in new[] { 1, 2, 3, 7, 10, 49, 50, 99, 100 })
        {
            var pages = await PagesAsync(s_everything, limit);
            Assert.That(pages.SelectMany(page => page.Items).Select(item => item.Id), Is.EqualTo(expected), $"pages of {limit}");
            Assert.That(pages.SkipLast(1).Select(page => page.Items.Count), Is.All.EqualTo(limit));
            Assert.That(pages, Has.Count.EqualTo((250 + limit - 1) / limit));
        }
    }

    [Test]
    public async Task ListAsync_WhenRowsComeBetweenPages_LaterPagesDoNotShift()
    {
        var rows = Enumerable.Range(0, 9).Select(i => AReference.Uploaded(AReference.Time.AddSeconds(i))).ToList();
        await InsertAsync(rows);
        var seen = new List<CharacterReferenceId>();
        ReferenceCursor? after = null;

        do
        {
            var page = await _catalog.References.ListAsync(s_everything, after, 2, CancellationToken.None);
            seen.AddRange(page.Items.Select(item => item.Id));
            after = page.Next;
            await AddAsync(AReference.Uploaded(AReference.Time.AddSeconds(100)));
            await AddAsync(AReference.Uploaded(page.Items[^1].CreatedAt)); // a tie with the cursor
        }
        while (after is not null && seen.Count <= rows.Count);

        Assert.That(seen, Is.EqualTo(rows.Select(row => row.Id).Reverse()));
    }

    [TestCase("knight", 2)]
    [TestCase("KNIGHT", 2)]
    [TestCase("räuber", 1)]
    [TestCase("RÄUBER", 1)]
    [TestCase("ЖУК", 1)]
    [TestCase("100%", 1)]
    [TestCase("%", 1)]
    [TestCase("red_cape", 1)]
    [TestCase("_", 1)]
    [TestCase("redXcape", 0)]
    [TestCase("it's", 1)]
    [TestCase("\\", 1)]
    [TestCase("[a-z]", 0)]
    [TestCase("nowhere", 0)]
    public async Task ListAsync_WhenSearching_FindsTheTextInAnyCaseAndNothingElse(string query, int expected)
    {
        await AddAsync(AReference.Uploaded());
        foreach (var description in new[] { "A Knight, 100% iron", "knight with a red_cape", "Der RÄUBER Hotzenplotz", "жук", "it's a back\\slash" })
        {
            await GenerateAsync(description);
        }

        Assert.That((await ListAsync(new ReferenceFilter(query, null))).Items, Has.Count.EqualTo(expected));
        Assert.That((await ListAsync(new ReferenceFilter(query, ReferenceOrigin.Uploaded))).Items, Is.Empty);
    }

    [Test]
    public async Task ListAsync_WhenFilteredByOrigin_ReturnsItOnly([Values] ReferenceOrigin origin)
    {
        await GenerateAsync("A knight");
        await AddAsync(AReference.Uploaded());
        await AddAsync(AReference.Uploaded() with { Origin = ReferenceOrigin.Adopted });

        var page = await ListAsync(new ReferenceFilter(null, origin));

        Assert.That(page.Items.Select(item => item.Origin), Is.EqualTo([origin]));
    }

    [Test]
    public async Task DeleteAsync_WhenThereIsARow_LeavesATombstone()
    {
        var reference = AReference.Uploaded();
        var unknown = AReference.NewId();
        await AddAsync(reference);

        Assert.That(await _catalog.References.DeleteAsync(reference.Id, CancellationToken.None), Is.EqualTo(ReferenceDeletion.Done));
        Assert.That(await _catalog.References.DeleteAsync(reference.Id, CancellationToken.None), Is.EqualTo(ReferenceDeletion.Absent));
        Assert.That(await _catalog.References.DeleteAsync(unknown, CancellationToken.None), Is.EqualTo(ReferenceDeletion.Absent));
        Assert.That(await FindAsync(reference.Id), Is.Null);
        Assert.That(
            await _catalog.References.LookUpAsync([reference.Id, unknown], CancellationToken.None),
            Is.EquivalentTo(new Dictionary<CharacterReferenceId, CatalogState> { [reference.Id] = CatalogState.Deleted }));
    }

    [Test]
    public async Task DeleteAsync_WhenGenerated_KeepsTheLedger()
    {
        var reference = await GenerateAsync("A knight");

        Assert.That(await _catalog.References.DeleteAsync(reference.Id, CancellationToken.None), Is.EqualTo(ReferenceDeletion.Done));
        Assert.That((await _catalog.Ledger.FindByImageAsync(reference.Id, CancellationToken.None))?.Description, Is.EqualTo("A knight"));
    }

    [Test]
    public async Task DeleteAsync_WhenJobsUseIt_NamesThemAndKeepsEverything()
    {
        var reference = AReference.Uploaded();
        await AddAsync(reference);
        foreach (var job in new[] { "job-2", "job-1" })
        {
            await _catalog.Jobs.AssociateAsync(JobOf(job), [reference.Id], CancellationToken.None);
        }

        var deletion = await _catalog.References.DeleteAsync(reference.Id, CancellationToken.None);

        Assert.That(deletion.IsDone, Is.False);
        Assert.That(deletion.UsedBy, Is.EqualTo([JobOf("job-1"), JobOf("job-2")]));
        Assert.That(await FindAsync(reference.Id), Is.EqualTo(reference));
        Assert.That(
            (await _catalog.References.LookUpAsync([reference.Id], CancellationToken.None))[reference.Id], Is.EqualTo(CatalogState.Listed), "no tombstone");
    }

    [Test]
    public async Task DeleteAsync_WhenAnotherProcessAssociatesMeanwhile_OneOfThemWins()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        var ids = await _catalog.AddUploadsAsync(40);

        foreach (var id in ids)
        {
            var deleting = Task.Run(() => _catalog.References.DeleteAsync(id, CancellationToken.None));
            var associating = Task.Run(() => other.Jobs.AssociateAsync(JobOf("job-1"), [id], CancellationToken.None));
            await Task.WhenAll(deleting, associating);
            Assert.That((await deleting).IsDone, Is.EqualTo((await associating).Count == 1), "either it is deleted and not linked, or the other way round");
        }

        var left = (await ReadAllAsync()).Select(reference => reference.Id);
        Assert.That((await other.Jobs.ListReferencesAsync(JobOf("job-1"), CancellationToken.None)).Select(reference => reference.Id), Is.EquivalentTo(left));
    }

    [Test]
    public async Task ListAsync_WhenFilteredByJob_ReturnsItsImagesNewestFirst()
    {
        var rows = Enumerable.Range(0, 9).Select(i => AReference.Uploaded(AReference.Time.AddSeconds(i))).ToList();
        await InsertAsync(rows);
        await _catalog.Jobs.AssociateAsync(JobOf("job-1"), [rows[1].Id, rows[7].Id, rows[4].Id], CancellationToken.None);
        await _catalog.Jobs.AssociateAsync(JobOf("job-2"), [rows[2].Id, rows[4].Id], CancellationToken.None);

        var pages = await PagesAsync(s_everything with { JobId = JobOf("job-1") }, 2);

        Assert.That(pages.SelectMany(page => page.Items).Select(item => item.Id), Is.EqualTo([rows[7].Id, rows[4].Id, rows[1].Id]));
        Assert.That((await ListAsync(s_everything with { JobId = JobOf("job-3") })).Items, Is.Empty);
    }

    [Test]
    public async Task FindFormatsAsync_WhenSomeIdsHaveNoRow_ReturnsTheOthers()
    {
        var (png, webP) = (AReference.Uploaded(), AReference.Uploaded() with { Format = ImageFormat.WebP });
        await _catalog.References.AddAsync(png, CancellationToken.None);
        await _catalog.References.AddAsync(webP, CancellationToken.None);

        var formats = await _catalog.References.FindFormatsAsync([png.Id, webP.Id, AReference.NewId()], CancellationToken.None);

        Assert.That(formats, Is.EquivalentTo(
            new Dictionary<CharacterReferenceId, ImageFormat> { [png.Id] = png.Format, [webP.Id] = ImageFormat.WebP }));
        Assert.That(await _catalog.References.CountAsync(CancellationToken.None), Is.EqualTo(2));
    }

    [Test]
    public async Task LookUpAsync_WhenThereAreManyIds_ReturnsTheStateOfEach()
    {
        var rows = Enumerable.Range(0, 600).Select(_ => AReference.Uploaded()).ToList();
        await InsertAsync(rows);
        await _catalog.References.DeleteAsync(rows[7].Id, CancellationToken.None);
        var ids = rows.Select(row => row.Id).Concat(Enumerable.Range(0, 600).Select(_ => AReference.NewId())).ToList();

        var standings = await _catalog.References.LookUpAsync(ids, CancellationToken.None);

        Assert.That(standings.Keys, Is.EquivalentTo(ids.Take(600)));
        Assert.That(standings.Where(pair => pair.Value is CatalogState.Deleted).Select(pair => pair.Key), Is.EqualTo([rows[7].Id]));
        Assert.That(await _catalog.References.LookUpAsync([], CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task ReadAllAsync_WhenThereAreRows_GivesThemOldestInsertionFirst()
    {
        var rows = Enumerable.Range(0, 5).Select(i => AReference.Uploaded(AReference.Time.AddSeconds(-i))).ToList();
        await InsertAsync(rows);

        Assert.That(await ReadAllAsync(), Is.EqualTo(rows));
    }

    [Test]
    public async Task AddAsync_WhenEightWriteAtOnce_KeepsAll()
    {
        var rows = Enumerable.Range(0, 80).Select(_ => AReference.Uploaded()).ToList();

        await Task.WhenAll(rows.Chunk(10).Select(chunk => Task.Run(async () =>
        {
            foreach (var row in chunk)
            {
                await AddAsync(row);
            }
        })));

        Assert.That((await ReadAllAsync()).Select(row => row.Id), Is.EquivalentTo(rows.Select(row => row.Id)));
    }

    [Test]
    public async Task AddAsync_WhenTwoProcessesShareTheFile_BothWriteAndSeeEachOther()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        var rows = Enumerable.Range(0, 40).Select(_ => AReference.Uploaded()).ToList();

        await Task.WhenAll(rows.Select((row, i) => Task.Run(
            () => (i % 2 == 0 ? _catalog : other).References.AddAsync(row, CancellationToken.None))));

        Assert.That((await ReadAllAsync()).Select(row => row.Id), Is.EquivalentTo(rows.Select(row => row.Id)));
        Assert.That((await other.References.ListAsync(s_everything, null, 100, CancellationToken.None)).Items, Has.Count.EqualTo(40));
    }

    [Test]
    public async Task AddAsync_WhenWaitingForTheWriteLock_CanBeCanceled()
    {
        using var given = new CancellationTokenSource();
        await given.CancelAsync();

        Assert.That(
            async () => await _catalog.References.AddAsync(AReference.Uploaded(), given.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await AddAsync(AReference.Uploaded()), Throws.Nothing);
    }

    private static JobId JobOf(string text) => JobId.TryParse(text, out var id) ? id : default;

    private static void AssertSameProvenance(ReferenceProvenance? read, ReferenceProvenance written)
    {
        Assert.That(read, Is.Not.Null);
        Assert.That(JsonSerializer.Serialize(read!.ParametersUsed), Is.EqualTo(JsonSerializer.Serialize(written.ParametersUsed)));
        Assert.That(read.ParametersDropped, Is.EqualTo(written.ParametersDropped));
        Assert.That(
            read with { ParametersUsed = written.ParametersUsed, ParametersDropped = written.ParametersDropped },
            Is.EqualTo(written));
    }

    private async Task<RemoteCopy> RecordFailedAsync(CharacterReferenceId id, RemoteCopy attempted)
    {
        var failed = attempted.Failed("No.", attempted.NextAttemptAt.AddSeconds(1));
        await _catalog.Uploads.RecordFailedAsync(id, attempted, failed, CancellationToken.None);
        return failed;
    }

    private Task<bool> RecordAsync(CharacterReference reference, RemoteCopy? read, RemoteCopy copy) =>
        _catalog.Uploads.RecordAsync(reference.Id, read, copy, CancellationToken.None);

    private Task AddAsync(CharacterReference reference) => _catalog.References.AddAsync(reference, CancellationToken.None);

    private Task<CharacterReference?> FindAsync(CharacterReferenceId id) => _catalog.References.FindAsync(id, CancellationToken.None);

    private Task<ReferencePage<CharacterReference>> ListAsync(ReferenceFilter filter) =>
        _catalog.References.ListAsync(filter, null, 100, CancellationToken.None);

    private async Task<List<CharacterReference>> ReadAllAsync() => await _catalog.References.ReadAllAsync(CancellationToken.None).ToListAsync();

    private async Task<List<ReferencePage<CharacterReference>>> PagesAsync(ReferenceFilter filter, int limit)
    {
        var pages = new List<ReferencePage<CharacterReference>>();
        do
        {
            pages.Add(await _catalog.References.ListAsync(filter, pages.LastOrDefault()?.Next, limit, CancellationToken.None));
        }
        while (pages[^1].Next is not null && pages.Count <= 250);

        return pages;
    }

    /// <summary>Many rows in one transaction.</summary>
    private async Task InsertAsync(IEnumerable<CharacterReference> references)
    {
        await using var context = await _catalog.Contexts.CreateDbContextAsync();
        context.References.AddRange(references.Select(CatalogRows.ToRow));
        await context.SaveChangesAsync();
    }

    private async Task<CharacterReference> GenerateAsync(string description)
    {
        var generation = AGeneration.Of(1, description: description);
        var slot = generation.Slots[0];
        var reference = AReference.Generated(generation, slot);
        await _catalog.Ledger.BeginAsync(generation, null, null, CancellationToken.None);
        await _catalog.Ledger.CompleteAsync(generation, slot.Succeed(AReference.Time), reference, CancellationToken.None);
        return reference;
    }

    private async Task<int> SelectStoreAsync(string name) => (await _catalog.Uploads.SelectStoreAsync(name, CancellationToken.None)).Queued;
}
