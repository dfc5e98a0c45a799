using AutoMapper;
using CharacterRefs.Api.Mapping;
using Microsoft.Extensions.Logging.Abstractions;

namespace CharacterRefs.Tests.Architecture;

[Category("Unit")]
internal sealed class ContractMappingTests
{
    [Test]
    public void Profile_WhenChecked_FillsEveryMemberOfEveryContract()
    {
        var configuration = new MapperConfiguration(mapper => mapper.AddProfile<ContractProfile>(), NullLoggerFactory.Instance);

        Assert.That(configuration.AssertConfigurationIsValid, Throws.Nothing);
    }
}
