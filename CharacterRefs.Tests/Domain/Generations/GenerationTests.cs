using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Domain.Generations;

[Category("Unit")]
internal sealed class GenerationTests
{
    [Test]
    public void ProvenanceOf_WhenASlotIsGiven_ReturnsTheProvenanceOfItsImage()
    {
        var generation = AGeneration.Of(2) with { ReferenceImageIds = [AReference.NewId(), AReference.NewId()], ParametersDropped = ["negative_prompt"] };

        var provenance = generation.ProvenanceOf(generation.Slots[1]);

        Assert.That(provenance, Is.EqualTo(new ReferenceProvenance
        {
            GenerationId = generation.Id,
            SlotIndex = 1,
            Description = generation.Description,
            Prompt = generation.Prompt,
            Model = generation.Model,
            Seed = generation.Slots[1].Seed,
            ReferenceImageId = generation.ReferenceImageIds[0],
            ParametersUsed = generation.ParametersUsed,
            ParametersDropped = generation.ParametersDropped,
        }));
    }

    [Test]
    public void ProvenanceOf_WhenModelTakesNoSeed_HasNone()
    {
        var generation = AGeneration.Of(1, firstSeed: null);

        Assert.That(generation.ProvenanceOf(generation.Slots[0]).Seed, Is.Null);
    }

    [Test]
    public void Create_WhenTimePasses_GivesIdsThatSortByIt()
    {
        var ids = Enumerable.Range(0, 50).Select(i => GenerationId.Create(AReference.Time.AddMilliseconds(i)).ToString());

        Assert.That(ids, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }
}
