/** Made by `make contracts` from cti_server/features/registry.py: change it there. */
export type FeatureName = 'audit' | 'books' | 'calls' | 'centre' | 'commands' | 'customers' | 'desk' | 'directory' | 'docs' | 'entities' | 'health' | 'ledger' | 'panel' | 'phone' | 'publication' | 'recordings' | 'reports' | 'retention' | 'session' | 'stream' | 'tokens' | 'users' | 'wallboard'
