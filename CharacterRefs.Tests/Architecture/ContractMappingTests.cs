using AutoMapper;
using CharacterRefs.Api.Generations;
using CharacterRefs.Api.Http;
using CharacterRefs.Api.Jobs;
using CharacterRefs.Api.References;
using CharacterRefs.Application.Storage;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace CharacterRefs.Tests.Architecture;

[Category("Unit")]
internal sealed class ContractMappingTests
{
    [Test]
    public void Profile_WhenChecked_FillsEveryMemberOfEveryContract()
    {
        var configuration = new MapperConfiguration(
            mapper =>
            {
                mapper.AddProfile(new ReferenceProfile(StorageSettings.Read(TestSettings.Of())));
                mapper.AddProfile<GenerationProfile>();
                mapper.AddProfile<JobProfile>();
                mapper.AddProfile<ValueProfile>();
            },
            NullLoggerFactory.Instance);

        Assert.That(configuration.AssertConfigurationIsValid, Throws.Nothing);
    }
}
