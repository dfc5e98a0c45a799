using CharacterRefs.Application.References;
using CharacterRefs.Application.References.AnnotateReference;
using CharacterRefs.Application.References.FindReference;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using CharacterRefs.Tests.Support.Scenes;
using NSubstitute;

namespace CharacterRefs.Tests.Application.References.AnnotateReference;

[Category("Unit")]
internal sealed class AnnotateReferenceHandlerTests
{
    private static readonly AnnotationChange s_change = new(true, 4, null, null);

    private readonly ReferenceScene _scene = new();
    private readonly CharacterReference _reference = AReference.Uploaded();

    [SetUp]
    public void SetUp() =>
        _scene.Jobs.FindJobsAsync(default(CharacterReferenceId), default).ReturnsForAnyArgs([]);

    [Test]
    public async Task HandleAsync_WhenThereIsARow_ReturnsTheImageAsItIsNow()
    {
        var annotation = ReferenceAnnotation.None.Apply(s_change);
        _scene.Catalog.FindAsync(_reference.Id, Arg.Any<CancellationToken>()).Returns(_reference);
        _scene.Catalog.AnnotateAsync(_reference.Id, s_change, Arg.Any<CancellationToken>()).Returns(annotation);

        var result = await HandleAsync();

        Assert.That(result.Value?.Reference, Is.EqualTo(_reference with { Annotation = annotation }));
    }

    [Test]
    public async Task HandleAsync_WhenThereIsNoRowOrItIsDeletedMeanwhile_IsNotFound([Values] bool hasRow)
    {
        _scene.Catalog.FindAsync(default, default).ReturnsForAnyArgs(hasRow ? _reference : null);
        _scene.Catalog.AnnotateAsync(default, default!, default).ReturnsForAnyArgs(default(ReferenceAnnotation));

        var result = await HandleAsync();

        Assert.That(result.Error?.Kind, Is.EqualTo(ErrorKind.NotFound));
    }

    private Task<Result<LocatedReference>> HandleAsync() =>
        new AnnotateReferenceHandler(new FindReferenceHandler(_scene.Lookup, _scene.Jobs, _scene.Locator), _scene.Catalog)
            .HandleAsync(new AnnotateReferenceCommand(_reference.Id, s_change), CancellationToken.None);
}
