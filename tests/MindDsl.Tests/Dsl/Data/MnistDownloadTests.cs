using System.Diagnostics;
using System.Security.Cryptography;
using MindDsl.Data;
using Xunit;

namespace MindDsl.Tests.Dsl.Data;

public sealed class MnistDownloadTests : IDisposable
{
    private static readonly Dictionary<string, byte[]> Contents = new()
    {
        ["train-images-idx3-ubyte.gz"] = IdxBytes.Gzip(IdxBytes.Of(8, [300, 28, 28], Noise(300 * 28 * 28))),
        ["train-labels-idx1-ubyte.gz"] = IdxBytes.Gzip(IdxBytes.Labels([.. Enumerable.Range(0, 300).Select(i => (byte)(i % 10))])),
        ["t10k-images-idx3-ubyte.gz"] = IdxBytes.Gzip(IdxBytes.Of(8, [2, 28, 28], Noise(2 * 28 * 28))),
        ["t10k-labels-idx1-ubyte.gz"] = IdxBytes.Gzip(IdxBytes.Labels(3, 4)),
    };

    private const string First = "train-images-idx3-ubyte.gz";

    private static readonly DownloadLimits Quick = new()
    {
        Pause = TimeSpan.FromMilliseconds(1),
        Silence = TimeSpan.FromSeconds(10),
        Connect = TimeSpan.FromSeconds(5),
    };

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static byte[] Noise(int count)
    {
        var random = new RandomSequence(CounterRandom.Stream(1, 1));
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = (byte)random.Next();
        return bytes;
    }

    private static DataSource Source(params Uri[] mirrors) => new(
        "digits",
        mirrors,
        [.. Contents.Select(file => new DataFile(file.Key, file.Value.Length, Convert.ToHexString(SHA256.HashData(file.Value))))]);

    private static LocalMirror Filled(LocalMirror mirror)
    {
        foreach (var (name, bytes) in Contents) mirror.Files[name] = bytes;
        return mirror;
    }

    private Task<DigitData> Load(params Uri[] mirrors) => Load(Quick, null, TestContext.Current.CancellationToken, mirrors);

    private Task<DigitData> Load(
        DownloadLimits limits, IProgress<DownloadProgress>? progress, CancellationToken stop, params Uri[] mirrors) =>
        Mnist.LoadAsync(Source(mirrors), folder.Path, progress, limits, stop);

    private void AssertAllStored()
    {
        Assert.Equal(Contents.Keys.Order(), Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        foreach (var (name, bytes) in Contents) Assert.Equal(bytes, File.ReadAllBytes(folder[name]));
    }

    [Fact]
    public async Task All_files_are_downloaded_and_read()
    {
        using var mirror = Filled(new LocalMirror());
        var reports = new List<DownloadProgress>();
        var data = await Load(Quick, new Reports(reports.Add), TestContext.Current.CancellationToken, mirror.Address);
        Assert.Equal(300, data.Train.Count);
        Assert.Equal([3, 4], data.Test.Labels);
        AssertAllStored();
        Assert.Equal(4, mirror.Requests.Count);
        Assert.All(Contents, file => Assert.Contains(new DownloadProgress(file.Key, file.Value.Length, file.Value.Length), reports));
    }

    [Fact]
    public async Task A_second_call_reads_the_stored_files_without_the_network()
    {
        using (var mirror = Filled(new LocalMirror())) await Load(mirror.Address);
        var data = await Load(LocalMirror.Nowhere());
        Assert.Equal(300, data.Train.Count);
    }

    [Fact]
    public async Task Only_missing_files_are_downloaded_whatever_the_others_are_called()
    {
        using var mirror = Filled(new LocalMirror());
        folder.Write("t10k-images.idx3-ubyte", IdxBytes.Images(2, 28, 28));
        var data = await Load(mirror.Address);
        Assert.Equal(1, data.Test.Pixels[1]);
        Assert.DoesNotContain(mirror.Requests, request => request.Name.StartsWith("t10k-images", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cut_connection_is_resumed_where_it_broke()
    {
        using var mirror = Filled(new LocalMirror());
        mirror.Cuts.Enqueue(100_000);
        await Load(mirror.Address);
        AssertAllStored();
        var asked = mirror.Requests.Where(request => request.Name == First).Select(request => request.From).ToArray();
        Assert.Equal(2, asked.Length);
        Assert.Equal(0, asked[0]);
        Assert.InRange(asked[1], 1, 100_000);
    }

    [Fact]
    public async Task A_later_run_goes_on_with_what_an_earlier_one_left()
    {
        using var mirror = Filled(new LocalMirror());
        folder.Write(First + ".part", Contents[First][..50_000]);
        await Load(mirror.Address);
        AssertAllStored();
        Assert.Equal((First, 50_000), mirror.Requests.First());
    }

    [Fact]
    public async Task A_complete_part_needs_no_request()
    {
        using var mirror = Filled(new LocalMirror());
        folder.Write(First + ".part", Contents[First]);
        await Load(mirror.Address);
        AssertAllStored();
        Assert.DoesNotContain(mirror.Requests, request => request.Name == First);
    }

    [Fact]
    public async Task A_server_without_ranges_sends_the_whole_file_again()
    {
        using var mirror = Filled(new LocalMirror { KnowsRanges = false });
        mirror.Cuts.Enqueue(100_000);
        await Load(mirror.Address);
        AssertAllStored();
    }

    [Fact]
    public async Task A_server_that_tells_no_length_is_understood()
    {
        using var mirror = Filled(new LocalMirror { TellsLength = false });
        mirror.Cuts.Enqueue(100_000);
        await Load(mirror.Address);
        AssertAllStored();
    }

    [Theory]
    [InlineData(50_000)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public async Task A_part_that_turns_out_wrong_is_fetched_anew(int length)
    {
        using var mirror = Filled(new LocalMirror());
        var whole = Contents[First].Length;
        folder.Write(First + ".part", new byte[length == int.MaxValue ? whole + 1 : length < 0 ? whole : length]);
        await Load(mirror.Address);
        AssertAllStored();
        Assert.Equal((First, 0), mirror.Requests.Last(request => request.Name == First));
    }

    [Fact]
    public async Task Other_contents_are_refused_and_not_kept()
    {
        using var mirror = Filled(new LocalMirror());
        var wrong = (byte[])Contents[First].Clone();
        wrong[1000] ^= 1;
        mirror.Files[First] = wrong;
        var exception = await Assert.ThrowsAsync<MindDslException>(() => Load(mirror.Address));
        Assert.Equal("MIND0621", exception.Code);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(wrong)), exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Single(mirror.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_in_place_of_the_file_is_refused(bool tellsLength)
    {
        using var mirror = new LocalMirror { TellsLength = tellsLength };
        mirror.Files[First] = new byte[Contents[First].Length + 1];
        var exception = await Assert.ThrowsAsync<MindDslException>(() => Load(mirror.Address));
        Assert.Equal("MIND0621", exception.Code);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task The_second_mirror_is_used_when_the_first_has_other_contents()
    {
        using var bad = Filled(new LocalMirror());
        bad.Files[First] = new byte[Contents[First].Length];
        using var good = Filled(new LocalMirror());
        await Load(bad.Address, good.Address);
        AssertAllStored();
        Assert.Single(bad.Requests);
        Assert.Equal(4, good.Requests.Count);
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(503, 4)]
    public async Task The_second_mirror_is_used_when_the_first_has_no_files(int status, int requests)
    {
        using var bad = new LocalMirror { Status = status };
        using var good = Filled(new LocalMirror());
        await Load(bad.Address, good.Address);
        AssertAllStored();
        Assert.Equal(requests, bad.Requests.Count);
    }

    [Fact]
    public async Task The_second_mirror_is_used_when_the_first_can_not_be_reached()
    {
        using var good = Filled(new LocalMirror());
        await Load(LocalMirror.Nowhere(), good.Address);
        AssertAllStored();
    }

    [Fact]
    public async Task The_second_mirror_goes_on_where_the_first_broke()
    {
        using var bad = Filled(new LocalMirror());
        bad.Cuts.Enqueue(100_000);
        using var good = Filled(new LocalMirror());
        await Load(bad.Address, good.Address);
        AssertAllStored();
        Assert.InRange(good.Requests.First().From, 1, 100_000);
    }

    [Fact]
    public async Task A_silent_mirror_is_given_up()
    {
        using var silent = Filled(new LocalMirror { Stalls = true });
        using var good = Filled(new LocalMirror());
        var watch = Stopwatch.StartNew();
        var impatient = Quick with { Silence = TimeSpan.FromMilliseconds(300) };
        await Load(impatient, null, TestContext.Current.CancellationToken, silent.Address, good.Address);
        AssertAllStored();
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.3, 15);
    }

    [Fact]
    public async Task Without_any_mirror_all_attempts_are_named()
    {
        var (one, two) = (LocalMirror.Nowhere(), LocalMirror.Nowhere());
        var exception = await Assert.ThrowsAsync<MindDslException>(() => Load(one, two));
        Assert.Equal("MIND0620", exception.Code);
        Assert.Contains(one.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains(two.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.IsType<HttpRequestException>(exception.InnerException);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_cancelled_download_keeps_what_has_arrived()
    {
        using var mirror = Filled(new LocalMirror { Stalls = true });
        using var stop = new CancellationTokenSource();
        var reports = new Reports(report =>
        {
            if (report.Received > 0) stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Load(Quick, reports, stop.Token, mirror.Address));
        var left = Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Equal(First + ".part", Path.GetFileName(left));
        Assert.NotEqual(0, new FileInfo(left).Length);

        mirror.Stalls = false;
        await Load(mirror.Address);
        AssertAllStored();
    }

    [Fact]
    public async Task A_folder_that_can_not_be_made_is_named()
    {
        var file = folder.Write("file", []);
        var exception = await Assert.ThrowsAsync<MindDslException>(() =>
            Mnist.LoadAsync(Source(LocalMirror.Nowhere()), Path.Combine(file, "in"), null, TestContext.Current.CancellationToken));
        Assert.Equal("MIND0622", exception.Code);
    }

    [Fact]
    public async Task Two_downloads_of_the_same_file_do_not_disturb_each_other()
    {
        using var mirror = Filled(new LocalMirror());
        using var held = new FileStream(folder[First + ".part"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var exception = await Assert.ThrowsAsync<MindDslException>(() => Load(mirror.Address));
        Assert.Equal("MIND0622", exception.Code);
    }

    private sealed class Reports(Action<DownloadProgress> action) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => action(value);
    }
}
