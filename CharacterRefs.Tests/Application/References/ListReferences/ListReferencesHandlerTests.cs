using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.References;
using CharacterRefs.Application.References.ListReferences;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.ListReferences;

[Category("Unit")]
internal sealed class ListReferencesHandlerTests
{
    private readonly ReferenceScene _scene = new();

    [Test]
    public async Task HandleAsync_WhenThereAreRows_KeepsTheirOrderAndReportsMissingFiles()
    {
        var query = new ListReferencesQuery(new ReferenceFilter("knight", ReferenceOrigin.Generated), new ReferenceCursor(5, 6), 2);
        CharacterReference[] rows = [AReference.Uploaded(), AReference.Uploaded()];
        var file = AReference.FileOf(rows[0]);
        _scene.Catalog.ListAsync(query.Filter, query.After, query.Limit, Arg.Any<CancellationToken>())
            .Returns(new ReferencePage<CharacterReference>(rows, new ReferenceCursor(3, 4)));
        _scene.Files.Find(rows[0].Id, rows[0].Format).Returns(file);
        _scene.Files.Find(rows[1].Id, rows[1].Format).Returns(default(LocalFile));

        var jobs = new[] { AJobAsset.Job };
        _scene.Jobs.FindJobsAsync(
            Arg.Is<IReadOnlyCollection<CharacterReferenceId>>(ids => ids.SequenceEqual(rows.Select(row => row.Id))), Arg.Any<CancellationToken>())
            .Returns(new Dictionary<CharacterReferenceId, IReadOnlyList<JobId>> { [rows[1].Id] = jobs });

        var page = await new ListReferencesHandler(_scene.Catalog, _scene.Jobs, _scene.Locator).HandleAsync(query, CancellationToken.None);

        Assert.That(page.Items, Is.EqualTo(
        [
            new LocatedReference(rows[0], $"data/{rows[0].Id}.png", file, null),
            new LocatedReference(rows[1], $"data/{rows[1].Id}.png", null, null) { Jobs = jobs },
        ]));
        Assert.That(page.Next, Is.EqualTo(new ReferenceCursor(3, 4)));
    }
}
