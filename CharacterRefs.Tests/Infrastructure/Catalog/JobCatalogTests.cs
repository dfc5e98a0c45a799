using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Infrastructure.Catalog;

[TestFixture(CatalogKind.Sqlite)]
[TestFixture(CatalogKind.Postgres)]
[Category("Integration")]
internal sealed class JobCatalogTests(CatalogKind kind)
{
    private static readonly JobId s_job = JobOf("job-1");

    private TestCatalog _catalog = null!;

    [SetUp]
    public async Task SetUp() => _catalog = await TestCatalog.OpenAsync(kind);

    [TearDown]
    public async Task TearDown() => await TestCatalog.CloseAsync(_catalog);

    [Test]
    public async Task AssociateAsync_WhenCalledAgainWithMore_KeepsTheFirstOrder()
    {
        var ids = await AddAsync(4);

        Assert.That(await AssociateAsync(s_job, ids[2], ids[0], ids[2]), Is.Empty);
        Assert.That(await AssociateAsync(s_job, ids[1], ids[0], ids[3]), Is.Empty);

        Assert.That(await ListAsync(s_job), Is.EqualTo([ids[2], ids[0], ids[1], ids[3]]));
        Assert.That(await ListAsync(JobOf("JOB-1")), Is.Empty, "job ids differ by case");
    }

    [Test]
    public async Task AssociateAsync_WhenImagesAreUnknown_NamesThemAndAssociatesNothing()
    {
        var ids = await AddAsync(2);
        var unknown = new[] { AReference.NewId(), AReference.NewId() };

        Assert.That(await AssociateAsync(s_job, unknown[1], ids[0], unknown[0], unknown[1], ids[1]), Is.EqualTo([unknown[1], unknown[0]]));

        Assert.That(await ListAsync(s_job), Is.Empty);
    }

    [Test]
    public async Task AssociateAsync_WhenThereAreAThousand_KeepsTheirOrder()
    {
        var ids = await AddAsync(1000);
        ids.Reverse();

        Assert.That(await AssociateAsync(s_job, [.. ids]), Is.Empty);

        Assert.That(await ListAsync(s_job), Is.EqualTo(ids));
    }

    [Test]
    public async Task ListReferencesAsync_WhenAssociated_ReturnsTheFullRecords()
    {
        var generation = AGeneration.Of(1);
        var generated = AReference.Generated(generation, generation.Slots[0]);
        await _catalog.Ledger.BeginAsync(generation, null, null, default);
        await _catalog.References.AddAsync(generated, default);
        await AssociateAsync(s_job, generated.Id);

        var listed = (await _catalog.Jobs.ListReferencesAsync(s_job, default)).Single();

        Assert.That(listed with { Provenance = null }, Is.EqualTo(generated with { Provenance = null }));
        Assert.That(listed.Provenance?.Prompt, Is.EqualTo(generated.Provenance!.Prompt));
    }

    [Test]
    public async Task DissociateAsync_WhenAssociated_RemovesThisAssociationOnlyAndANewOneIsLast()
    {
        var ids = await AddAsync(3);
        await AssociateAsync(s_job, [.. ids]);
        await AssociateAsync(JobOf("other"), ids[0]);

        Assert.That(await _catalog.Jobs.DissociateAsync(s_job, ids[0], default), Is.True);
        Assert.That(await _catalog.Jobs.DissociateAsync(s_job, ids[0], default), Is.False);
        await AssociateAsync(s_job, ids[0]);

        Assert.That(await ListAsync(s_job), Is.EqualTo([ids[1], ids[2], ids[0]]));
        Assert.That(await ListAsync(JobOf("other")), Is.EqualTo([ids[0]]));
    }

    [Test]
    public async Task DissociateAllAsync_WhenAssociated_ChangesNoOtherJob()
    {
        var ids = await AddAsync(3);
        await AssociateAsync(s_job, [.. ids]);
        await AssociateAsync(JobOf("other"), ids[0]);

        Assert.That(await _catalog.Jobs.DissociateAllAsync(s_job, default), Is.EqualTo(3));
        Assert.That(await _catalog.Jobs.DissociateAllAsync(s_job, default), Is.Zero);

        Assert.That(await ListAsync(s_job), Is.Empty);
        Assert.That(await ListAsync(JobOf("other")), Is.EqualTo([ids[0]]));
    }

    [Test]
    public async Task FindJobsAsync_WhenSeveralUseAnImage_NamesThemInOrderAndLeavesOutTheUnused()
    {
        var ids = await AddAsync(3);
        foreach (var job in new[] { "b", "B", "a-2", "a.1" })
        {
            await AssociateAsync(JobOf(job), ids[0]);
        }

        await AssociateAsync(s_job, ids[1]);

        var jobs = await _catalog.Jobs.FindJobsAsync([.. ids, AReference.NewId()], default);

        Assert.That(jobs.Keys, Is.EquivalentTo([ids[0], ids[1]]));
        Assert.That(jobs[ids[0]].Select(job => job.ToString()), Is.EqualTo(["B", "a-2", "a.1", "b"]));
        Assert.That(jobs[ids[1]], Is.EqualTo([s_job]));
        Assert.That(await _catalog.Jobs.FindJobsAsync(ids[0], default), Is.EqualTo(jobs[ids[0]]));
        Assert.That(await _catalog.Jobs.FindJobsAsync(ids[2], default), Is.Empty);
    }

    [Test]
    public async Task Associations_WhenTheRowOfTheirImageIsRemoved_ForbidIt()
    {
        var id = (await AddAsync(1))[0];
        await AssociateAsync(s_job, id);
        await using var context = await _catalog.Contexts.CreateDbContextAsync();

        context.References.Remove(await context.References.SingleAsync(row => row.Id == id.Value));

        Assert.That(async () => await context.SaveChangesAsync(), Throws.InstanceOf<DbUpdateException>());
    }

    [Test]
    public async Task AssociateAsync_WhenTwoProcessesUseOneJob_KeepsEveryAssociationOnceAndEachOrder()
    {
        await using var other = await _catalog.OpenAnotherAsync();
        var ids = await AddAsync(60);

        await Task.WhenAll(LinkOneByOneAsync(_catalog, ids[..40]), LinkOneByOneAsync(other, ids[20..]));

        var listed = await ListAsync(s_job);
        Assert.That(listed, Is.EquivalentTo(ids));
        Assert.That(listed.Where(ids[..20].Contains), Is.EqualTo(ids[..20]));
        Assert.That(listed.Where(ids[40..].Contains), Is.EqualTo(ids[40..]));

        static async Task LinkOneByOneAsync(TestCatalog catalog, IEnumerable<CharacterReferenceId> ids)
        {
            foreach (var id in ids)
            {
                await catalog.Jobs.AssociateAsync(s_job, [id], default);
            }
        }
    }

    private static JobId JobOf(string text) => JobId.TryParse(text, out var id) ? id : throw new ArgumentException(text);

    private Task<IReadOnlyList<CharacterReferenceId>> AssociateAsync(JobId jobId, params CharacterReferenceId[] ids) =>
        _catalog.Jobs.AssociateAsync(jobId, ids, default);

    private async Task<List<CharacterReferenceId>> ListAsync(JobId jobId) =>
        [.. (await _catalog.Jobs.ListReferencesAsync(jobId, default)).Select(reference => reference.Id)];

    private Task<List<CharacterReferenceId>> AddAsync(int count) => _catalog.AddUploadsAsync(count);
}
