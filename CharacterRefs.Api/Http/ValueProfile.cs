using AutoMapper;
using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Api.Http;

/// <summary>How single values appear in every contract.</summary>
internal sealed class ValueProfile : Profile
{
    public ValueProfile()
    {
        CreateMap<CharacterReferenceId, string>().ConvertUsing(id => id.ToString());
        CreateMap<GenerationId, string>().ConvertUsing(id => id.ToString());
        CreateMap<JobId, string>().ConvertUsing(id => id.ToString());
        CreateMap<ContentHash, string>().ConvertUsing(hash => hash.ToString());
        CreateMap<ErrorKind, string>().ConvertUsing(kind => kind.ToString());

        // AutoMapper also calls these for null.
        CreateMap<AssetKey, string>().ConvertUsing(key => key == null ? null! : key.Value);
        CreateMap<JobAssetPath, string>().ConvertUsing(path => path == null ? null! : path.Value);
        CreateMap<PresignedUrl, string>().ConvertUsing(url => url == null ? null! : url.Url);
    }
}
